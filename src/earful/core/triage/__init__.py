"""What a post is, how urgent, and why: named signals and a verdict with reasons. Rules only."""

from earful.core.triage.verdict import Verdict, judge, points_of

__all__ = ["Verdict", "judge", "points_of"]
