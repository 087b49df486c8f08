"""What a message that is out was billed for: entered in the transaction that writes down that it is out, whether the
network said so, a look found it, or it came back to us by itself; and so exactly once.
"""

from datetime import datetime

from earful.connectors.registry import connector_for
from earful.core.connector import Outgoing, Sent
from earful.core.spending import Purpose
from earful.ledger.booking import Line
from earful.posts.remembering import remembered
from earful.replies.models import Reply


def line_of(reply: Reply, sent: Sent, at: datetime) -> Line:
    """The line of the ledger for the part in hand, which is out as `sent`, before the reply knows of it."""
    channel, part = reply.case.channel, len(reply.sent)
    answered = remembered(reply.answers)[0] if reply.answers else None
    last = part == len(reply.parts) - 1
    outgoing = Outgoing(
        reply.parts[part], private=reply.private, reply_to=reply.goes_under, invite=reply.invite and last
    )
    charge = connector_for(channel.network).charge_sent(channel.keyless, outgoing, sent, answered)
    return Line(charge, channel.pk, Purpose.SENDING, at)
