"""A post's verdict as it was told in its time; posts that were stored before there were heads are judged now."""

from earful.core.triage.answers import from_kept
from earful.core.triage.judging import Asked
from earful.core.triage.verdict import Verdict, points_of
from earful.posts.models import Post
from earful.triage.in_force import judged


def verdict_of(post: Post) -> Verdict:
    """What triage told of a stored post."""
    if not post.verdict:
        return judged([Asked(post.text, post.lang)])[0]
    reasons = tuple((says, points) for says, points in points_of(post.signals) if points)
    return Verdict(
        intent=post.intent,
        points=sum(points for _, points in reasons),
        signals=tuple(post.signals),
        reasons=reasons,
        spam="spam" in post.signals,
        answers=from_kept(post.verdict["answers"]),
        model=post.verdict["model"],
        lang=post.verdict["lang"],
    )
