"""What can be learned with the app's own key: rules, streams, what is pushed, what was used, what is told nowhere."""

from typing import Final

from earful.connectors.x.examining.told import Look, Told, data, limit_of, listed, refused, whole
from earful.core.connector import Account, Request

# By the documentation of X's Activity API: how many subscriptions a self-serve app has, and any other.
SUBSCRIPTIONS: Final = {"self-serve": 1_500, "enterprise": 75_000}


def rules(account: Account) -> Look:
    """How many stream rules the app may have, and has."""
    fields = "cap_per_client_app,cap_per_project,client_app_rules_count,project_rules_count"
    response = yield Request("GET", "/2/tweets/search/stream/rules/counts", params={"rules_count.fields": fields})
    if response.status != 200:
        return [refused(response, "Stream rules", "Listening rules are matched here alone then.")]
    told = data(response)
    cap, used = whole(told.get("cap_per_client_app")), whole(told.get("project_rules_count"))
    if not cap:
        return [Told("unknown", "Stream rules", "X did not tell how many the app may have.")]
    return [
        Told("well", "Stream rules", f"{used:,} of {cap:,} in use."),
        limit_of(response, "Limit of asking for rules"),
    ]


def streams(account: Account) -> Look:
    """Which streams are open now: a forgotten one keeps the desk out."""
    response = yield Request("GET", "/2/connections", params={"status": "active"})
    if response.status != 200:
        return [refused(response, "Open streams")]
    names = [str(one.get("endpoint_name", "?")) for one in listed(response)]
    return [Told("well", "Open streams", f"{len(names)} open: {', '.join(names)}." if names else "none open")]


def usage(account: Account) -> Look:
    """How many posts the project has read against its cap; dollars are told nowhere."""
    fields = "cap_reset_day,project_cap,project_usage"
    response = yield Request("GET", "/2/usage/tweets", params={"days": "1", "usage.fields": fields})
    if response.status != 200:
        return [refused(response, "Usage")]
    told = data(response)
    cap, used = whole(told.get("project_cap")), whole(told.get("project_usage"))
    if not cap:
        return [Told("unknown", "Usage", "X told no cap.")]
    reset = f"; it resets on day {told['cap_reset_day']} of the month" if told.get("cap_reset_day") else ""
    full = used >= cap
    return [Told("DO" if full else "well", "Usage", f"{used:,} of {cap:,} posts read{reset}.")]


def activity(account: Account) -> Look:
    """Whether events can be subscribed to, and how many are."""
    response = yield Request("GET", "/2/activity/subscriptions")
    if response.status != 200:
        return [refused(response, "Activity", "Mentions are polled instead.")]
    there, most = len(listed(response)), SUBSCRIPTIONS[str(account.settings.get("tier", "self-serve"))]
    return [Told("well", "Activity", f"{there:,} subscriptions stand; the contract allows {most:,}.")]


def webhooks(account: Account) -> Look:
    """Whether the addresses that X pushes to are valid: an invalid one is silent."""
    response = yield Request("GET", "/2/webhooks", params={"webhook_config.fields": "id,url,valid"})
    if response.status != 200:
        return [refused(response, "Webhooks")]
    there = listed(response)
    if not there:
        return [Told("well", "Webhooks", "none registered; events come by the stream.")]
    return [
        Told("well", "Webhook", f"{one.get('url')} is valid.")
        if one.get("valid")
        else Told("DO", "Webhook", f"{one.get('url')} is not valid, so X sends nothing: let it be checked again.")
        for one in there
    ]


def keys(account: Account) -> Look:
    """Whether we hold what proves that a push comes from X. Nothing is asked."""
    yield from ()
    if account.consumer_secret:
        return [Told("well", "Consumer secret", "here: what X pushes can be proved to be X's.")]
    words = "not given: what X pushes by webhook cannot be proved to be X's. Streams need none."
    return [Told("unknown", "Consumer secret", words)]


def ownership(account: Account) -> Look:
    """Whether the account owns the app, on which the price of its own reads depends. X tells it nowhere."""
    yield from ()
    return [
        Told(
            "unknown",
            "Price of own reads",
            "X does not tell by its API whose the app is. If this very account made it, its own mentions and posts "
            "cost a fifth of what others' do. Look who is signed in to the developer console; compare the first bill.",
        )
    ]
