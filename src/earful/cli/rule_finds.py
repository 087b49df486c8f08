"""`earful rules match`: which posts of a file a rule finds, and why."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unicodedata import bidirectional, category

import msgspec

from earful.cli.rules import hinted, lines, parsed
from earful.connectors.x.reading import read
from earful.core.connector import Unreadable
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DialectName
from earful.core.language.matcher import Match, Reason
from earful.core.language.matcher import match as why
from earful.core.language.tree import Tree
from earful.core.post import Arrival, Post
from earful.core.text import Span


@dataclass(frozen=True, slots=True)
class Found:
    """A post that was asked, the post that it quotes if that came along, and why the rule finds it (None: it does
    not).
    """

    line: int
    post: Post
    quoted: Post | None
    match: Match | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A line with no post in it that could be asked."""

    line: int
    reason: str


def match(rule: str, posts: Path, dialect: DialectName, *, for_programs: bool) -> int:
    """Print which posts the rule finds. 1 if a line could not be read, which is said; the others are told all the
    same.
    """
    tree = parsed(rule, dialect)
    if tree is None:
        return 1
    hinted(rule, sys.stderr)
    asked = found = unread = 0
    for told in finds(tree, dialect, lines(posts)):
        if isinstance(told, Unread):
            unread += 1
            print(f"Line {told.line} cannot be read: {told.reason}.", file=sys.stderr)
            continue
        asked += 1
        found += told.match is not None
        _tell(told, for_programs=for_programs)
    if not for_programs:
        print(f"{found:,} of {asked:,} posts found.")
    return 1 if unread else 0


def _tell(found: Found, *, for_programs: bool) -> None:
    if for_programs:
        print(as_json(found))
    elif found.match is not None:
        print(as_text(found))


def finds(tree: Tree, dialect: DialectName, numbered: Iterable[tuple[int, bytes]]) -> Iterator[Found | Unread]:
    """Every post of the lines, in order. A line is one answer of X, or `{"post": …}` around one."""
    for number, line in numbered:
        try:
            arrivals = read(_answer(line))
        except Unreadable as error:
            yield Unread(number, str(error))
            continue
        yield from (_asked(tree, dialect, number, arrival) for arrival in arrivals)
        if not arrivals:
            yield Unread(number, "there is no post in it")


def as_json(found: Found) -> str:
    """One line of JSON. Spans count characters from 0, end excluded, in `text` or, if `quoted`, in `quoted_text`."""
    reasons = found.match.reasons if found.match else ()
    return json.dumps(
        {
            "line": found.line,
            "id": found.post.id,
            "match": found.match is not None,
            "text": found.post.text,
            "quoted_text": found.quoted.text if found.quoted else None,
            "reasons": [{"term": each.term, "spans": each.spans, "quoted": each.quoted} for each in reasons],
        },
        ensure_ascii=False,
    )


def as_text(found: Found) -> str:
    """A few lines for people: who wrote it, the text with what was found marked «so», and each reason."""
    reasons = found.match.reasons if found.match else ()
    told = [f"Line {found.line}: post {found.post.id} by @{_visible(found.post.author.handle or found.post.author.id)}"]
    told.append(f"    {_marked(found.post.text, reasons, quoted=False)}")
    if found.quoted is not None and any(reason.quoted for reason in reasons):
        told.append(f"    quoted: {_marked(found.quoted.text, reasons, quoted=True)}")
    return "\n".join([*told, *(f"    because of {_because(reason)}" for reason in reasons)])


def _answer(line: bytes) -> bytes:
    """The answer inside `{"post": …}`; any other line as it is, for the reader to judge."""
    try:
        return bytes(_wrapped(line).post) or line
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return line


class _Wrapped(msgspec.Struct):
    post: msgspec.Raw = msgspec.Raw(b"")


_wrapped = msgspec.json.Decoder(_Wrapped).decode


def _asked(tree: Tree, dialect: DialectName, line: int, arrival: Arrival) -> Found | Unread:
    if arrival.post is None:
        return Unread(line, arrival.note or f"it is a {arrival.kind}, not a post")
    found = why(tree, Candidate(arrival.post, arrival.quoted, dialect))
    return Found(line, arrival.post, arrival.quoted, found)


def _because(reason: Reason) -> str:
    places = ", ".join(f"{start + 1}" if end == start + 1 else f"{start + 1}–{end}" for start, end in reason.spans)
    where = f" (characters {places}{' of the quoted post' if reason.quoted else ''})" if places else ""
    return f"{_visible(reason.term)}{where}"


def _marked(text: str, reasons: Iterable[Reason], *, quoted: bool) -> str:
    spans = [span for reason in reasons if reason.quoted == quoted for span in reason.spans]
    shown, at = [], 0
    for start, end in _merged(spans):
        shown += [_visible(text[at:start]), "«", _visible(text[start:end]), "»"]
        at = end
    return "".join([*shown, _visible(text[at:])])


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _visible(text: str) -> str:
    """The text on one line and without what could steer a terminal: posts are written by strangers."""
    return "".join("⏎" if sign == "\n" else "\ufffd" if _steers(sign) else sign for sign in text)


def _steers(sign: str) -> bool:
    return category(sign) in _STEERING or bidirectional(sign) in _TURNING


_STEERING = {"Cc", "Cs", "Zl", "Zp"}
# What turns the direction of all that follows (Unicode Standard Annex #9, section 2), beyond a post's own words too.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
