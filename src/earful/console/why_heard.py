"""Why a post was heard and found: the rules that found it, the words that said so, or what made it ours to hear."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from earful.core.language.matcher import Match as Said
from earful.posts.models import Post
from earful.rules.models import Match


def because(reasons: Iterable[Mapping[str, Any]] | None, network: str) -> str:
    """Why a rule found a post, from `Match.reasons`: “broadband”, lang:en, “lumen” in the quoted post. What the post
    says itself is not told a second time. "" where the words are gone, and with them the reasons.
    """
    if reasons is None:
        return ""
    terms = [(_term(str(reason.get("term", ""))), bool(reason.get("quoted"))) for reason in reasons]
    own = dict.fromkeys(term for term, quoted in terms if not quoted)
    others = dict.fromkeys(f"{term} in the quoted post" for term, quoted in terms if quoted and term not in own)
    return ", ".join([*own, *others]) or f"{network} says so"


def _term(term: str) -> str:
    """A word or phrase in quotation marks, an operator as it is written."""
    operator = term[:1] in "@#$" or (":" in term and not term.startswith('"'))
    return term if operator else "“" + term.strip('"') + "”"


def spans(said: Said | None, quoted: bool = False) -> list[Sequence[int]]:
    """Where a search found its words, in the post's own text or in that of the post it quotes."""
    return [span for reason in said.reasons if reason.quoted is quoted for span in reason.spans] if said else []


def matched_spans(matches: Sequence[Match], quoted: bool = False) -> list[Sequence[int]]:
    """Where the rules found their words, in the post's own text or in that of the post it quotes."""
    told = [reason for match in matches for reason in match.reasons or ()]
    reasons = [reason for reason in told if bool(reason.get("quoted")) is quoted]
    return [span for reason in reasons for span in reason.get("spans", ())]


def why_heard(post: Post, own: Mapping[tuple[str, str], str]) -> str:
    """Why a post that no rule found was heard; "" where that cannot be told any more."""
    if post.ours:
        return "our own post"
    if post.reposts:
        return "it carries on a post"
    if handle := own.get((post.network, post.reply_to_author)):
        return f"it answers @{handle}"
    if handle := own.get((post.network, post.quotes_author)):
        return f"it quotes @{handle}"
    named = [handle for (network, _), handle in own.items() if network == post.network]
    if handle := next((handle for handle in named if handle.lower() in post.mentions), ""):
        return f"it mentions @{handle}"
    return "it stands in a thread of ours" if post.root else ""
