"""`earful agent`: let people into a running desk, each by a link that works once."""

import os
from pathlib import Path

from earful.cli.trouble import Trouble
from earful.cli.up import origin, running


def add(data: Path, username: str, name: str, initials: str, *, staff: bool = False) -> None:
    """Make an agent and print their way in; raises Trouble if the name is taken or not fit to be one."""
    told = _enter(data)
    from django.core.exceptions import ValidationError

    from earful.people.inviting import invite
    from earful.people.signing_in import one_time_link

    first, _, last = name.strip().partition(" ")
    try:
        agent = invite(username, first=first, last=last.strip(), initials=initials or _initials(name), staff=staff)
    except ValidationError as error:
        raise Trouble(f"{username} was not added: {' '.join(error.messages)}") from error
    _say(told, username, one_time_link(agent))


def link(data: Path, username: str) -> None:
    """Print a new way in for an agent who is there; raises Trouble if nobody active has that name."""
    told = _enter(data)
    from earful.people.models import Agent
    from earful.people.signing_in import one_time_link

    agent = Agent.objects.filter(username=username, is_active=True).first()
    if agent is None:
        known = ", ".join(Agent.objects.filter(is_active=True).order_by("username").values_list("username", flat=True))
        raise Trouble(f"No active agent is called {username}. There are: {known}.")
    _say(told, username, one_time_link(agent))


def _enter(data: Path) -> dict[str, str]:
    """Become part of the running desk; what it told of itself."""
    told = running(data)
    os.environ.update(told)
    import django

    django.setup()
    return told


def _initials(name: str) -> str:
    """Dario Kessler signs DK."""
    return "".join(word[0] for word in name.split()[:4]).upper()


def _say(told: dict[str, str], username: str, secret: str) -> None:
    print(f"Signs {username} in, once, within twelve hours:\n\n  {origin(told)}/enter/{secret}/\n")
    print("A password is set inside, at /accounts/password/set/; without one a new link is needed each time.")
