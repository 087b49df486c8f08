"""Private messages through the API: sending, and the lists of events (newest first, thirty days, no
`since_id`).
"""

import re

import msgspec

from earful.sandbox.accounts import Account
from earful.sandbox.asking import identifier, listed, page_token, size, token_for
from earful.sandbox.gate import Answer, Call
from earful.sandbox.messages import Message
from earful.sandbox.posts import Span
from earful.sandbox.problems import RefusalError, forbidden, invalid
from earful.sandbox.shapes import Shape, Shaper
from earful.sandbox.snowflake import first_at

LONGEST = 10_000
HORIZON_S = 30 * 24 * 3600
EVENT_TYPES = frozenset({"MessageCreate", "ParticipantsJoin", "ParticipantsLeave"})
CONVERSATION = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")


class Letter(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a private message. Attachments are not carried out: a message with some is refused."""

    text: str = ""
    attachments: list[dict[str, str]] = []


def send_to_person(call: Call) -> Answer:
    """Write to one account, whether or not it wrote before."""
    return _send(call, _person(call, call.path["participant_id"]))


def send_to_conversation(call: Call) -> Answer:
    """Write into a conversation that exists."""
    return _send(call, _other(call))


def events(call: Call) -> Answer:
    """Everything to and from the account."""
    return _page(call, call.world.messages.of(call.account.id, _span(call)))


def events_with_person(call: Call) -> Answer:
    """Everything exchanged with one account."""
    person = _person(call, call.path["participant_id"])
    return _page(call, call.world.messages.between(call.account.id, person.id, _span(call)))


def events_of_conversation(call: Call) -> Answer:
    """Everything in one conversation."""
    return _page(call, call.world.messages.between(call.account.id, _other(call).id, _span(call)))


def _send(call: Call, recipient: Account) -> Answer:
    text = _letter(call).text
    if recipient.id == call.account.id:
        raise forbidden("You cannot send messages to yourself.")
    message = call.world.send(call.account, recipient, text)
    data = {"dm_conversation_id": message.conversation, "dm_event_id": str(message.id)}
    return Answer({"data": data}, 201)


def _letter(call: Call) -> Letter:
    try:
        letter = msgspec.convert(call.document(), Letter)
    except msgspec.ValidationError as problem:
        raise invalid(str(problem)) from None
    if letter.attachments:
        raise invalid("Attachments are not known here")
    if not 1 <= len(letter.text) <= LONGEST:
        raise invalid(f"The text of a message has 1 to {LONGEST} characters", text=letter.text[:80])
    return letter


def _person(call: Call, given: str) -> Account:
    found = call.world.accounts.find(identifier(given, "participant_id"))
    if found is None:
        raise invalid(f"There is no account [{given}]", participant_id=given)
    return found


def _other(call: Call) -> Account:
    pair = CONVERSATION.fullmatch(call.path["id"])
    people = {identifier(one, "id") for one in pair.groups()} if pair else set()
    if call.account.id not in people:
        raise RefusalError(403, "not-authorized-for-resource", "Forbidden", "You are not in this conversation.")
    others = people - {call.account.id} or people
    return _person(call, str(others.pop()))


def _span(call: Call) -> Span:
    listed(call.query, "event_types", EVENT_TYPES)
    horizon = first_at(call.world.clock() - HORIZON_S)
    return Span(horizon, page_token(call.query), size(call.query, 1, 100, 100) + 1)


def _page(call: Call, found: list[Message]) -> Answer:
    most = size(call.query, 1, 100, 100)
    types = listed(call.query, "event_types", EVENT_TYPES) or EVENT_TYPES
    shaper = Shaper(call.world, call.asked, call.vocabulary.name)
    shown = found[:most] if "MessageCreate" in types else []
    data = [shaper.message(message) for message in shown]
    meta: Shape = {"result_count": len(data)}
    if len(found) > most and shown:
        meta["next_token"] = token_for(shown[-1].id)
    return Answer(shaper.whole(data, meta=meta))
