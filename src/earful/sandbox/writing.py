"""Posting and deleting through the API, with X's refusals.

The summons is X's rule for self-serve apps of 23 February 2026: a program may answer a post only if its
author named the answering account in that very post, or quoted one of its posts. A mention that a reply only
carries along does not count here. Answering one's own post is allowed, or no long answer could be told in
numbered parts.
"""

import msgspec

from earful.core.weight import weigh
from earful.sandbox.anatomy import shorten
from earful.sandbox.asking import identifier
from earful.sandbox.gate import Answer, Call
from earful.sandbox.media.attaching import as_media, for_post
from earful.sandbox.posts import Draft, Post
from earful.sandbox.problems import RefusalError, forbidden, invalid
from earful.sandbox.snowflake import first_at

DUPLICATE_S = 24 * 3600
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
    "by the author of the post you are replying to."
)


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """The part of a post that makes it a reply."""

    in_reply_to_tweet_id: str
    exclude_reply_user_ids: list[str] = []
    auto_populate_reply_metadata: bool = True


class Attached(msgspec.Struct, forbid_unknown_fields=True):
    """The part of a post that carries files."""

    media_ids: list[str]
    tagged_user_ids: list[str] = []


class Creation(msgspec.Struct, forbid_unknown_fields=True):
    """The body of "create a post": what X describes, of which the pretend X carries out text, reply,
    files and quote.

    `made_with_ai`, `paid_partnership`, `reply_settings`, `nullcast` and the deep link are taken and have no
    effect.
    """

    text: str = ""
    reply: Reply | None = None
    media: Attached | None = None
    quote_tweet_id: str | None = None
    reply_settings: str | None = None
    direct_message_deep_link: str | None = None
    made_with_ai: bool | None = None
    paid_partnership: bool | None = None
    nullcast: bool | None = None
    for_super_followers_only: bool | None = None


def create(call: Call) -> Answer:
    """Post, answer or quote as the brand. Raises RefusalError 400 for the form, 403 for the rules."""
    wanted = _creation(call)
    parent = _answered(call, wanted)
    quoted = _quoted(call, wanted)
    uploads = for_post(call, wanted.media.media_ids if wanted.media else [])
    _refuse_unfit(call, wanted.text, bare=not uploads)
    if wanted.text.strip():
        _refuse_repeated(call, wanted.text)
    excluded = wanted.reply.exclude_reply_user_ids if wanted.reply else []
    draft = Draft(
        call.account,
        wanted.text,
        reply_to=parent,
        quote=quoted,
        source="Earful",
        excluded=frozenset(identifier(one, "exclude_reply_user_ids") for one in excluded),
        media=[as_media(call.world, upload) for upload in uploads],
    )
    post = call.world.publish(draft)
    call.world.uploads.use(*(upload.id for upload in uploads))
    return Answer({"data": {"id": str(post.id), "text": post.text, "edit_history_tweet_ids": [str(post.id)]}}, 201)


def priced(call: Call, answer: Answer) -> str:
    """As what a new post is billed: with a link, in answer to a summons, or plain. Going on under one's own post is no
    answer to a summons.
    """
    wanted, terms = _creation(call), call.world.ledger.terms(call.account.id)
    post = call.world.posts.find(int(answer.body["data"]["id"]))
    parent = call.world.posts.find(post.reply_to) if post and post.reply_to else None
    called_for = parent is not None and parent.author != call.account.id and summoned(call, parent)
    links = bool(shorten(wanted.text)[1]) or (terms.deep_links and wanted.direct_message_deep_link is not None)
    if links and (terms.summoned_links or not called_for):
        return "post_create_with_url"
    return "post_create_summoned" if called_for else "post_create"


def delete(call: Call) -> Answer:
    """Take away a post of one's own. What is gone already is a success too, as on X."""
    found = call.world.posts.find(identifier(call.path["id"], "id"))
    if found and found.author != call.account.id:
        raise forbidden("You are not authorized to delete this Post.")
    if found and not found.gone:
        call.world.delete(found)
    return Answer({"data": {"deleted": True}})


def _creation(call: Call) -> Creation:
    return call.read(Creation)


def _answered(call: Call, wanted: Creation) -> int | None:
    if wanted.reply is None:
        return None
    parent = call.sight().post(identifier(wanted.reply.in_reply_to_tweet_id, "in_reply_to_tweet_id"))
    if parent is None:
        raise forbidden("You attempted to reply to a Post that is deleted or not visible to you.")
    if call.account.options.tier == "self-serve" and not summoned(call, parent):
        raise forbidden(NOT_SUMMONED)
    return parent.id


def summoned(call: Call, parent: Post) -> bool:
    """Whether a post calls for the brand: names it in so many words, quotes it, or is its own."""
    quoted = call.world.posts.find(parent.quote) if parent.quote else None
    by_quote = quoted is not None and quoted.author == call.account.id
    return by_quote or parent.author == call.account.id or call.world.posts.mentions(parent.id, call.account.id)


def _quoted(call: Call, wanted: Creation) -> int | None:
    if wanted.quote_tweet_id is None:
        return None
    if call.account.options.tier == "self-serve":
        raise forbidden("Quote posts are not available to self-serve apps.")
    quoted = call.world.posts.standing(identifier(wanted.quote_tweet_id, "quote_tweet_id"))
    if quoted is None:
        raise forbidden("You attempted to quote a Post that is deleted or not visible to you.")
    return quoted.id


def _refuse_unfit(call: Call, text: str, *, bare: bool) -> None:
    if bare and not text.strip():
        raise invalid("A post needs text", text=text)
    if any(sign in text for sign in "\ufffe\ufeff\uffff"):
        raise invalid("The text has signs that X does not take", text=text)
    weight = weigh(text)
    if weight > call.account.options.post_limit:
        most = call.account.options.post_limit
        raise invalid(f"Your Post text is too long: {weight} of {most} weighted characters", text=text)


def _refuse_repeated(call: Call, text: str) -> None:
    shown, _ = shorten(text)
    since = first_at(call.world.clock() - DUPLICATE_S)
    if call.world.posts.same_words(call.account.id, shown, since):
        raise duplicate()


def duplicate() -> RefusalError:
    """The same words by the same author again. After a lost answer it means that the post is out."""
    return forbidden("You are not allowed to create a Tweet with duplicate content.")
