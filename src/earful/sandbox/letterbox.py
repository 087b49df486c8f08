"""Whose private messages reach whom: the recipient's settings, blocks on either side, and who is not there any more.

X does not list its texts for these refusals. These are told apart as its older interface did by number: one for closed
settings, one for somebody who never wrote, one for a block.
"""

from typing import TYPE_CHECKING

from earful.sandbox.accounts import Account

if TYPE_CHECKING:
    from earful.sandbox.world import World

ONESELF = "You cannot send messages to yourself."
SUSPENDED = "You cannot send messages to this user: the account is suspended."
BLOCKED = "You cannot send messages to this user."
REFUSED = "You cannot send messages to this user: unblock their Direct Messages first."
CLOSED = "You do not have permission to DM one or more participants."
NEVER_WROTE = "You cannot send messages to users who are not following you."


def closed_to(world: "World", sender: Account, recipient: Account) -> str:
    """Why a private message would not reach somebody, as X says it; "" when it would."""
    state = world.states.of(recipient.id)
    if recipient.id == sender.id:
        return ONESELF
    if state.away:
        return SUSPENDED
    if world.ties.bound(recipient.id, "blocks", sender.id) or world.ties.bound(recipient.id, "refuses", sender.id):
        return BLOCKED
    if world.ties.bound(sender.id, "refuses", recipient.id) or world.ties.bound(sender.id, "blocks", recipient.id):
        return REFUSED
    if state.letters == "closed":
        return CLOSED
    wrote = state.letters == "open" or world.messages.wrote(recipient.id, sender.id)
    return "" if wrote or world.ties.bound(recipient.id, "follows", sender.id) else NEVER_WROTE
