"""Posting and deleting through the API, with X's refusals."""

from urllib.parse import urlsplit

from earful.core.handles import find_cashtags
from earful.core.weight import weigh
from earful.sandbox.anatomy import shorten
from earful.sandbox.asking import identifier
from earful.sandbox.facts import Facts, Option, Poll
from earful.sandbox.gate import Answer, Call
from earful.sandbox.media.attaching import as_media, for_post
from earful.sandbox.media.uploads import Upload
from earful.sandbox.posting import editing
from earful.sandbox.posting.answering import answerable, blocked, summoned
from earful.sandbox.posting.bodies import Creation, check
from earful.sandbox.posts import Draft, Post
from earful.sandbox.problems import RefusalError, forbidden, invalid
from earful.sandbox.snowflake import first_at

DUPLICATE_S = 24 * 3600
MOST_CASHTAGS = 1


def create(call: Call) -> Answer:
    """Post, answer, quote or edit. Raises RefusalError 400 for the form, 403 for the rules."""
    wanted = call.read(Creation)
    check(wanted, urlsplit(call.world.public_url).netloc)
    uploads = for_post(call, wanted.media.media_ids if wanted.media else [])
    edited = _edited(call, wanted)
    draft = _draft(call, wanted, uploads)
    _refuse_unfit(call, wanted.text, bare=not uploads)
    _refuse_repeated(call, wanted.text)
    post = call.world.edit(edited, wanted.text, draft.media) if edited else call.world.publish(draft)
    call.world.uploads.use(*(upload.id for upload in uploads))
    ids = [str(one) for one in call.world.posts.versions(post)]
    return Answer({"data": {"id": str(post.id), "text": post.text, "edit_history_tweet_ids": ids}}, 201)


def priced(call: Call, answer: Answer) -> str:
    """As what a new post is billed: with a link, in answer to a summons, or plain. Going on under one's own post is no
    answer to a summons.
    """
    wanted, terms = call.read(Creation), call.world.ledger.terms(call.app.id)
    post = call.world.posts.find(int(answer.body["data"]["id"]))
    parent = call.world.posts.find(post.reply_to) if post and post.reply_to else None
    called_for = parent is not None and parent.author != call.account.id and summoned(call, parent)
    links = bool(shorten(wanted.text)[1]) or (terms.deep_links and wanted.direct_message_deep_link is not None)
    if links and (terms.summoned_links or not called_for):
        return "post_create_with_url"
    return "post_create_summoned" if called_for else "post_create"


def delete(call: Call) -> Answer:
    """Take away a post of one's own. What is gone already is a success too, as on X, and costs nothing."""
    found = call.world.posts.find(identifier(call.path["id"], "id"))
    if found and found.author != call.account.id:
        raise forbidden("You are not authorized to delete this Post.")
    deleted = found is not None and call.world.delete(found)
    return Answer({"data": {"deleted": True}}, free=not deleted)


def _draft(call: Call, wanted: Creation, uploads: list[Upload]) -> Draft:
    reply = wanted.reply
    parent = answerable(call, int(reply.in_reply_to_tweet_id)) if reply else None
    return Draft(
        call.account,
        wanted.text,
        reply_to=parent.id if parent else None,
        quote=_quoted(call, wanted),
        source=call.app.name,
        excluded=frozenset(int(one) for one in reply.exclude_reply_user_ids) if reply else frozenset(),
        media=[as_media(call.world, upload) for upload in uploads],
        facts=_facts(wanted),
    )


def _facts(wanted: Creation) -> Facts:
    asked = wanted.poll
    return Facts(
        poll=Poll([Option(label) for label in asked.options], asked.duration_minutes) if asked else None,
        reply_settings=wanted.reply_settings or "",
        deep_link=wanted.direct_message_deep_link or "",
        card=wanted.card_uri or "",
        made_with_ai=wanted.made_with_ai,
        paid_partnership=wanted.paid_partnership,
    )


def _quoted(call: Call, wanted: Creation) -> int | None:
    if wanted.quote_tweet_id is None:
        return None
    if call.app.edition == "self-serve":
        raise forbidden("Quote posts are not available to self-serve apps.")
    quoted = call.sight().post(int(wanted.quote_tweet_id))
    if quoted is None or blocked(call.world, call.account, quoted.author):
        raise forbidden("You attempted to quote a Post that is deleted or not visible to you.")
    return quoted.id


def _edited(call: Call, wanted: Creation) -> Post | None:
    """The version that a new one takes the place of. Raises RefusalError (403) when none may."""
    if wanted.edit_options is None:
        return None
    found = call.world.posts.standing(int(wanted.edit_options.previous_post_id))
    if found is None or found.author != call.account.id:
        raise forbidden("You attempted to edit a Post that is deleted or not yours.")
    if not call.account.verified:
        raise forbidden("You are not allowed to edit Posts: this takes X Premium.")
    if found.superseded or not editing.eligible(call.world, found):
        raise forbidden("This Post cannot be edited: it is a reply, a poll or a repost, or not the latest version.")
    if not editing.open_still(call.world, found) or not editing.left(call.world, found):
        raise forbidden("This Post can no longer be edited.")
    return found


def _refuse_unfit(call: Call, text: str, *, bare: bool) -> None:
    if bare and not text.strip():
        raise invalid("A post needs text", text=text)
    if any(sign in text for sign in "\ufffe\ufeff\uffff"):
        raise invalid("The text has signs that X does not take", text=text)
    weight, most = weigh(text), call.account.options.post_limit
    if weight > most:
        raise invalid(f"Your Post text is too long: {weight} of {most} weighted characters", text=text)
    if call.app.edition == "self-serve" and len(find_cashtags(text)) > MOST_CASHTAGS:
        raise forbidden("Posts with more than one cashtag are not available to self-serve apps.")


def _refuse_repeated(call: Call, text: str) -> None:
    shown, _ = shorten(text)
    since = first_at(call.world.clock() - DUPLICATE_S)
    if text.strip() and call.world.posts.same_words(call.account.id, shown, since):
        raise duplicate()


def duplicate() -> RefusalError:
    """The same words by the same author again. After a lost answer it means that the post is out."""
    return forbidden("You are not allowed to create a Tweet with duplicate content.")
