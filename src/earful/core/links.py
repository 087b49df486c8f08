"""Links in a text, found as X finds them, in time that grows with the text and no faster.

The rules are those of twitter-text (github.com/twitter/twitter-text, version 3, "extract URLs"): a domain
ends in a known top-level domain; without "https://" it must be written in Latin letters; the tail after it is
cut back to a sign that addresses end in. Its regular expressions backtrack without bound, so the rules are
kept and the method is not: the text is cut into runs of signs that may stand in a host, each run into labels,
each label looked at once.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import regex

from earful.core.domains import tld_end

Span = tuple[int, int]


class Found(NamedTuple):
    """Something found in a text: where it stands (offsets in code points, end excluded) and what it says."""

    start: int
    end: int
    text: str


def find_links(text: str, *, bare: bool = True) -> list[Found]:
    """The links of a text, in order; without those that name no protocol if `bare` is False.

    E-mail addresses, and names right after "@", "#" or "$", are not links. Direction marks end a link.
    """
    if not _DOTTED.search(text):
        return []
    return [Found(start, end, text[start:end]) for start, end in _link_spans(text, bare)]


def _link_spans(text: str, bare: bool) -> Iterator[Span]:
    first = 0  # no candidate may begin before this: one sign has to part it from the last one
    for run in _HOST_RUN.finditer(text):
        if run.end() > first:
            for candidate in _candidates(text, run.span(), first):
                first = candidate.end + 1
                if _within_bounds(text, candidate):
                    yield from _as_links(text, candidate, bare)


class _Candidate(NamedTuple):
    """A domain with all that belongs to it. Offsets: of the whole, and of the domain and the path in it.

    What turns out to be no link still uses up its signs: nothing inside it is looked at again.
    """

    start: int
    domain: int
    domain_end: int
    path: bool
    end: int


def _candidates(text: str, run: Span, first: int) -> Iterator[_Candidate]:
    labels = _Labels(text, *run)
    if not any(labels.tld_ends):
        return
    index = 0
    while index < len(labels.spans):
        place = _place_in(text, labels, index, first)
        if place is None:
            index += 1
            continue
        start, domain, domain_end = place
        end, path = _tail(text, domain_end)
        yield _Candidate(start, domain, domain_end, path, end)
        first = end + 1
        index = labels.after(end)


class _Labels:
    """The labels of one run, and for each what every start in it needs to know, worked out once from the
    right.

    `tld_ends[k]` is where the top-level domain at the head of label k ends, 0 if there is none. `reach[k]` is
    the last label whose head can end a domain that begins with the whole of label k, 0 if none can.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self.spans = list(_split_at_dots(text, start, end))
        self.tld_ends = [0, *(tld_end(text, begin) for begin, _ in self.spans[1:]), 0]
        self.reach = [0] * (len(self.spans) + 1)
        if any(self.tld_ends):
            for k in range(len(self.spans) - 1, -1, -1):
                self.reach[k] = self._reach_of(text, k)

    def _reach_of(self, text: str, k: int) -> int:
        start, end = self.spans[k]
        if start == end or text[start] in "-_" or text[end - 1] in "-_":
            return 0
        return self.reach_from(text, k, start)

    def reach_from(self, text: str, k: int, start: int) -> int:
        """The last label that can end a domain begun at `start` inside label k; the label must end well."""
        if self.reach[k + 1]:
            return self.reach[k + 1]
        return k + 1 if self.tld_ends[k + 1] and text.find("_", start, self.spans[k][1]) < 0 else 0

    def after(self, position: int) -> int:
        """The first label that ends after a position."""
        return bisect_right(self.spans, position, key=lambda span: span[1])


def _place_in(text: str, labels: _Labels, k: int, first: int) -> tuple[int, int, int] | None:
    """Where a candidate begins that has label k as its first: its start, its domain's start and end."""
    start, end = labels.spans[k]
    if start == end or text[end - 1] in "-_" or not (labels.reach[k + 1] or labels.tld_ends[k + 1]):
        return None
    if k == 0 and labels.reach[0]:
        protocol = _protocol_before(text, start, first)
        if protocol is not None:
            return protocol, start, labels.tld_ends[labels.reach[0]]
    begin = _START.search(text, _earliest(text, labels, k, max(start, first)), end)
    if begin and not labels.reach_from(text, k, begin.start()):  # an underscore in the way: begin after it
        begin = _START.search(text, max(begin.start(), text.rfind("_", start, end) + 1), end)
    if begin is None:
        return None
    return begin.start(), begin.start(), labels.tld_ends[labels.reach_from(text, k, begin.start())]


def _earliest(text: str, labels: _Labels, k: int, start: int) -> int:
    """Where a start may be looked for: X takes a text's very first sign for what parts a link from the text
    before it, if it can. So at the beginning, and only there, "éa.com" links "a.com".
    """
    if start == 0 and _START.match(text, 1, labels.spans[k][1]) and labels.reach_from(text, k, 1):
        return 1
    return start


def _protocol_before(text: str, host: int, first: int) -> int | None:
    for protocol in ("http://", "https://"):
        start = host - len(protocol)
        if start >= first and text[start:host].lower() == protocol and _START.match(text, start):
            return start
    return None


def _split_at_dots(text: str, start: int, end: int) -> Iterator[Span]:
    while (dot := text.find(".", start, end)) >= 0:
        yield start, dot
        start = dot + 1
    yield start, end


def _tail(text: str, at: int) -> tuple[int, bool]:
    """Where port, path and query after a domain end, and whether there is a path."""
    port = _PORT.match(text, at)
    end = port.end() if port else at
    path = _PATH.match(text, end)
    if path:
        end = _cut_back(text, end, path.end(), _PATH_ENDINGS)
    return _query_end(text, end), path is not None


def _query_end(text: str, at: int) -> int:
    query = _QUERY.match(text, at)
    return _cut_back(text, at, query.end(), _QUERY_ENDINGS) if query else at


def _cut_back(text: str, start: int, end: int, endings: frozenset[str]) -> int:
    while end > start and text[end - 1] not in endings:
        end -= 1
    return end


def _within_bounds(text: str, found: _Candidate) -> bool:
    """Whether no label is longer than DNS allows, nor the whole than X does (twitter-text `isValidUrl`)."""
    lengths = [(len(label), _dns_length(label)) for label in text[found.domain : found.domain_end].split(".")]
    if any(written > _LONGEST_LABEL for _, written in lengths):
        return False
    protocol = found.domain - found.start or len("https://")
    grown = sum(written - shown for shown, written in lengths)
    return protocol + found.end - found.start + grown <= _LONGEST_LINK


def _dns_length(label: str) -> int:
    if label.isascii():
        return len(label)
    if len(label) > _LONGEST_LABEL - len("xn--"):  # punycode is never shorter, and slow on long labels
        return _LONGEST_LABEL + 1
    return len("xn--") + len(label.encode("punycode"))


def _as_links(text: str, found: _Candidate, bare: bool) -> Iterator[Span]:
    if found.domain > found.start:
        yield from _whole_or_shortened(text, found)
    elif bare and (found.start == 0 or text[found.start - 1] not in "-_./"):
        yield from _latin_domains(text, found)


def _whole_or_shortened(text: str, found: _Candidate) -> Iterator[Span]:
    """The link with a protocol; one that X itself shortened ends with its slug or query."""
    slug = _SHORTENED.match(text, found.start, found.end)
    if slug is None:
        yield found.start, found.end
    elif len(slug[1]) <= _LONGEST_SLUG:
        yield found.start, _query_end(text, slug.end())


def _latin_domains(text: str, found: _Candidate) -> Iterator[Span]:
    """The links in what names no protocol: in Latin letters only, so that running Japanese stays text.

    Only the last one takes the path along, and without a path neither port nor query belong to it.
    """
    spans = []
    for run in _LATIN_RUN.finditer(text, found.domain, found.domain_end):
        begin = run.start() + (run[0][0] == ".")
        end = _last_tld_end(text, begin, run.end())
        if end:
            spans.append((begin, end))
    if spans and found.path:
        spans[-1] = (spans[-1][0], found.end)
    yield from spans


def _last_tld_end(text: str, begin: int, end: int) -> int:
    dot = text.rfind(".", begin, end)
    while dot >= 0:
        if end_of_tld := tld_end(text, dot + 1):
            return end_of_tld
        dot = text.rfind(".", begin, dot)
    return 0


_LONGEST_LABEL = 63
_LONGEST_LINK = 4096
_LONGEST_SLUG = 40

# Classes of signs, each the inside of a [...]; the names are ours, the contents twitter-text's.
BLANKS = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVALID = "\ufffe\ufeff\uffff"
_NEVER_IN_HOSTS = rf"!'#%&()*+,\\/:;<=>?@\[\]^{{|}}~${BLANKS}{DIRECTIONS}{_INVALID}"
ACCENTED = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b"
    "\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_LETTERS = f"A-Za-z0-9{ACCENTED}"
_PATH_SIGN = rf"[{_LETTERS}\u0400-\u04ff!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_IN_PARENTHESES = rf"\((?:{_PATH_SIGN}++(?:\({_PATH_SIGN}++\){_PATH_SIGN}*+)?+|\({_PATH_SIGN}++\){_PATH_SIGN}*+)\)"

_DOTTED = re.compile(rf"\.[^.\-_{_NEVER_IN_HOSTS}]")
_HOST_RUN = re.compile(rf"(?<![^{_NEVER_IN_HOSTS}])[^.{_NEVER_IN_HOSTS}]*+\.[^{_NEVER_IN_HOSTS}]*")
_START = re.compile(rf"(?<![A-Za-z0-9@\uff20$#\uff03{_INVALID}])[^.\-_{_NEVER_IN_HOSTS}]")
_LATIN_RUN = re.compile(rf"[{_LETTERS}.\-]+")
_PORT = re.compile(":[0-9]+")
_PATH = regex.compile(rf"/(?:{_PATH_SIGN}++|{_IN_PARENTHESES})*+", regex.V0)
_QUERY = re.compile(r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*")
_SHORTENED = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[Tt]\.[Cc][Oo]/([A-Za-z0-9]+)")


def _members(inside: str) -> frozenset[str]:
    member = re.compile(f"[{inside}]")
    return frozenset(sign for sign in map(chr, range(0x2000)) if member.match(sign))


_PATH_ENDINGS = _members(rf"{_LETTERS}\u0400-\u04ff+\-=_#/)")  # ")" only ever closes a whole group there
_QUERY_ENDINGS = _members(r"A-Za-z0-9\-_&=#/")
