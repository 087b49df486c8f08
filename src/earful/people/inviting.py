"""Inviting agents: nobody signs up, so this is how a desk gets its people."""

from earful.people.models import Agent


def invite(username: str, *, first: str = "", last: str = "", initials: str = "", staff: bool = False) -> Agent:
    """A new agent, who has no password until they set one; the first way in is a one-time link.

    Raises ValidationError if the name is taken or none that can be typed, or the initials are too long.
    """
    agent = Agent(username=username, first_name=first, last_name=last, initials=initials, is_staff=staff)
    agent.set_unusable_password()
    agent.full_clean()
    agent.save()
    return agent
