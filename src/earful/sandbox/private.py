"""Private messages through the API: sending, and the lists of events (newest first, thirty days, no
`since_id`).
"""

import re

import msgspec
from starlette.responses import FileResponse

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, listed, page_token, size, token_for
from earful.sandbox.gate import Answer, Call
from earful.sandbox.letterbox import CLOSED, closed_to
from earful.sandbox.media.attaching import for_message
from earful.sandbox.message_fields import attached
from earful.sandbox.messages import Message
from earful.sandbox.posts import Span
from earful.sandbox.problems import RefusalError, forbidden, invalid, not_found
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import first_at

LONGEST = 10_000
HORIZON_S = 30 * 24 * 3600
FEWEST_INVITED, MOST_INVITED = 2, 49
EVENT_TYPES = frozenset({"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"})
CONVERSATION = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
GROUP = re.compile(r"[0-9]{15,19}")


class Attachment(msgspec.Struct, forbid_unknown_fields=True):
    """A file that goes with a message."""

    media_id: str


class Letter(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a private message: words, a file, or both."""

    text: str = ""
    attachments: list[Attachment] = []


class Gathering(msgspec.Struct, forbid_unknown_fields=True):
    """The body that makes a group, with its first message."""

    conversation_type: str
    participant_ids: list[str]
    message: Letter


def send_to_person(call: Call) -> Answer:
    """Write to one account, whether or not it wrote before."""
    return _send(call, _person(call, call.path["participant_id"]))


def send_to_conversation(call: Call) -> Answer:
    """Write into a conversation that exists."""
    group = _group(call)
    if not group:
        return _send(call, _other(call))
    letter = call.read(Letter)
    media = _fit(call, letter)
    return _sent(call, call.world.send_to_group(call.account, group, letter.text, media))


def gather(call: Call) -> Answer:
    """Make a group and write into it. Raises RefusalError 403 when one of the people cannot be written to."""
    wanted = call.read(Gathering)
    people = [_person(call, one) for one in dict.fromkeys(wanted.participant_ids)]
    if wanted.conversation_type != "Group":
        raise invalid("conversation_type is Group", conversation_type=wanted.conversation_type)
    if not FEWEST_INVITED <= len(people) <= MOST_INVITED:
        given = ",".join(wanted.participant_ids)
        raise invalid(f"participant_ids has {FEWEST_INVITED} to {MOST_INVITED} people", participant_ids=given)
    if any(closed_to(call.world, call.account, person) for person in people):
        raise forbidden(CLOSED)
    media = _fit(call, wanted.message)
    group = call.world.messages.gather(call.account, [person.id for person in people])
    return _sent(call, call.world.send_to_group(call.account, group, wanted.message.text, media))


def events(call: Call) -> Answer:
    """Everything to and from the account."""
    return _page(call, call.world.messages.of(call.account.id, _span(call)))


def event(call: Call) -> Answer:
    """One event by id."""
    shaper = call.shaper()
    return Answer(shaper.whole(shaper.message(_mine(call, call.path["event_id"]))))


def events_with_person(call: Call) -> Answer:
    """Everything exchanged with one account."""
    person = _person(call, call.path["participant_id"])
    return _page(call, _between(call, call.account.id, person.id))


def events_of_conversation(call: Call) -> Answer:
    """Everything in one conversation."""
    group = _group(call)
    return _page(call, _between(call, group, group) if group else _between(call, call.account.id, _other(call).id))


def discard(call: Call) -> Answer:
    """Delete an event for oneself: the others go on seeing it."""
    call.world.discard(call.account, _mine(call, call.path["event_id"]))
    return Answer({"data": {"deleted": True}})


def download(call: Call) -> FileResponse:
    """The bytes of an attachment, for one who takes part. Its type is of the kinds that we measured, never as told."""
    message = _mine(call, call.path["dm_id"])
    upload = attached(call.world, message)
    wanted = (call.path["media_id"], call.path["resource_id"])
    if upload is None or wanted != (str(upload.id), upload.resource):
        raise not_found(call.path["resource_id"], "resource_id", "media")
    return FileResponse(call.world.uploads.path(upload), media_type="application/octet-stream")


def _send(call: Call, recipient: Account) -> Answer:
    letter = call.read(Letter)
    media = _fit(call, letter)
    closed = closed_to(call.world, call.account, recipient)
    if closed:
        raise forbidden(closed)
    return _sent(call, call.world.send(call.account, recipient, letter.text, media=media))


def _sent(call: Call, message: Message) -> Answer:
    return Answer({"data": {"dm_conversation_id": message.conversation, "dm_event_id": str(message.id)}}, 201)


def _fit(call: Call, letter: Letter) -> int:
    """The id of a message's file, or 0. Raises RefusalError (400) for a message that is none."""
    upload = for_message(call, [one.media_id for one in letter.attachments])
    if not (1 if upload is None else 0) <= len(letter.text) <= LONGEST:
        raise invalid(f"The text of a message has 1 to {LONGEST} characters", text=letter.text[:80])
    return upload.id if upload else 0


def _person(call: Call, given: str) -> Account:
    found = call.world.accounts.find(identifier(given, "participant_id"))
    if found is None or call.world.states.of(found.id).away == "deactivated":
        raise invalid(f"There is no account [{given}]", participant_id=given)
    return found


def _group(call: Call) -> int:
    """The group that a path names, 0 for a conversation of two. Raises RefusalError (403) for a group of others."""
    given = call.path["id"]
    if not GROUP.fullmatch(given):
        return 0
    group = identifier(given, "id")
    if call.account.id not in call.world.messages.members(group):
        raise _not_inside()
    return group


def _other(call: Call) -> Account:
    pair = CONVERSATION.fullmatch(call.path["id"])
    people = {identifier(one, "id") for one in pair.groups()} if pair else set()
    if call.account.id not in people:
        raise _not_inside()
    others = people - {call.account.id} or people
    return _person(call, str(others.pop()))


def _mine(call: Call, given: str) -> Message:
    found = call.world.messages.find(identifier(given, "event_id"))
    if found is None or not call.world.messages.takes_part(call.account.id, found):
        raise not_found(given, "event_id", "dm_event")
    return found


def _not_inside() -> RefusalError:
    return RefusalError(403, "not-authorized-for-resource", "Forbidden", "You are not in this conversation.")


def _between(call: Call, one: int, other: int) -> list[Message]:
    return call.world.messages.seen_between(call.account.id, one, other, _span(call))


def _span(call: Call) -> Span:
    horizon = first_at(call.world.clock() - HORIZON_S)
    return Span(horizon, page_token(call.query), size(call.query, 1, 100, 100) + 1)


def _page(call: Call, found: list[Message]) -> Answer:
    most = size(call.query, 1, 100, 100)
    types = listed(call.query, "event_types", EVENT_TYPES) or EVENT_TYPES
    shaper = call.shaper()
    shown = found[:most]
    data = [shaper.message(message) for message in shown if message.kind in types]
    meta: Shape = {"result_count": len(data)}
    if len(found) > most and shown:
        meta["next_token"] = token_for(shown[-1].id)
    return Answer(shaper.whole(data, meta=meta))
