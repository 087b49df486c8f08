"""The operations on private messages, as rows of the table. Limits: X's table of August 2026.

Whether the three ways of sending share a limit is not said there; here they do.
"""

from earful.sandbox import private
from earful.sandbox.callers import USER
from earful.sandbox.gate import Operation
from earful.sandbox.limits import DAY, Limit
from earful.sandbox.money.billing import Bill

EVENTS = frozenset({"max_results", "pagination_token", "event_types"})
READING = (Limit("user", 15),)
SENDING = (Limit("user", 15), Limit("user", 1440, DAY), Limit("both", 1440, DAY))
DISCARDING = (Limit("user", 300), Limit("user", 1500, DAY), Limit("both", 4000, DAY))
SEND = "POST /2/dm_conversations"

READ = Bill(reads="dm_event")
SENT = Bill(request="dm_create")
DELETED = Bill(request="interaction_delete")

WITH = "/2/dm_conversations/with/{participant_id}"
IN = "/2/dm_conversations/{id}"
FILE = "/2/dm_conversations/media/{dm_id}/{media_id}/{resource_id}"

MESSAGES = (
    Operation("GET", "/2/dm_events", private.events, USER, READING, EVENTS, "messages", bills=READ),
    Operation("GET", "/2/dm_events/{event_id}", private.event, USER, READING, shows="messages", bills=READ),
    Operation("DELETE", "/2/dm_events/{event_id}", private.discard, USER, DISCARDING, bills=DELETED),
    Operation("GET", f"{WITH}/dm_events", private.events_with_person, USER, READING, EVENTS, "messages", bills=READ),
    Operation("GET", f"{IN}/dm_events", private.events_of_conversation, USER, READING, EVENTS, "messages", bills=READ),
    Operation("GET", FILE, private.download, ("user",), READING),
    Operation("POST", "/2/dm_conversations", private.gather, USER, SENDING, bucket=SEND, bills=SENT),
    Operation("POST", f"{WITH}/messages", private.send_to_person, USER, SENDING, bucket=SEND, bills=SENT),
    Operation("POST", f"{IN}/messages", private.send_to_conversation, USER, SENDING, bucket=SEND, bills=SENT),
)
