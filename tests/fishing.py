"""Listening rules and the frames that they find, for tests of the way in."""

# models can only be imported once Django is set up

import json
from collections.abc import Iterable, Sequence
from typing import Any

import building  # noqa: F401  # sets Django up
from building import Person, next_id, said
from earful.rules import book
from earful.rules.models import ListeningRule, Match


def listening(text: str, **fields: Any) -> ListeningRule:
    """A listening rule, in force."""
    rule = ListeningRule.objects.create(name=fields.pop("name", text[:100]), text=text, **fields)
    book.look_again()
    return rule


def told(person: Person, text: str, tags: Iterable[str] = (), **fields: Any) -> bytes:
    """A line of X's stream which says that rules with these tags found the post."""
    return said(person, text, rules=[f"earful:{tag}" for tag in tags], **fields)


def quoting(person: Person, text: str, quoted: Person, words: str, *, of: str = "", **fields: Any) -> bytes:
    """A line of X's stream: `person` quotes a post of `quoted` (its id is `of`) that reads `words`."""
    other = of or next_id()
    frame = json.loads(said(person, text, quotes=other, quotes_person=quoted, **fields))
    frame["includes"]["tweets"] = [{"id": other, "author_id": quoted.id, "text": words}]
    return json.dumps(frame).encode()


def found_by(rule: ListeningRule) -> list[str]:
    """The texts of the posts that a rule found, oldest first."""
    return list(Match.objects.filter(rule=rule).order_by("post__created_at").values_list("post__text", flat=True))


def terms(reasons: Sequence[dict[str, Any]]) -> list[str]:
    """The words and operators among kept reasons."""
    return [reason["term"] for reason in reasons]
