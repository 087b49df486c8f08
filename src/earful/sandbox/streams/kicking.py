"""Connections through the API: which are open, what became of the others, and ending those that should not be."""

import msgspec

from earful.sandbox.asking import leaf, listed
from earful.sandbox.gate import Answer, Call
from earful.sandbox.problems import invalid
from earful.sandbox.shapes import Shape
from earful.sandbox.streams.connection import Connection
from earful.sandbox.streams.connections import Past

ENDPOINTS = """
    filtered_stream sample_stream sample10_stream firehose_stream tweets_compliance_stream users_compliance_stream
    tweet_label_stream firehose_stream_lang_en firehose_stream_lang_ja firehose_stream_lang_ko firehose_stream_lang_pt
    likes_firehose_stream likes_sample10_stream likes_compliance_stream
"""
NAMES = frozenset(ENDPOINTS.split())
FIELDS = frozenset({"client_ip", "connected_at", "disconnect_reason", "disconnected_at", "endpoint_name", "id"})
STATES = {"active", "inactive", "all"}
KICKED = "operator_disconnect"


class Unwanted(msgspec.Struct, forbid_unknown_fields=True):
    """The body of an ending by name."""

    uuids: list[str]


def history(call: Call) -> Answer:
    """Connections of an app, newest first: those open now, unless others are asked for."""
    state = call.query.get("status", "active")
    if state not in STATES:
        raise invalid(f"The `status` query parameter value [{state}] is not one of {sorted(STATES)}", status=state)
    names = listed(call.query, "endpoints", NAMES)
    shown = listed(call.query, "connection.fields", FIELDS) or FIELDS
    every = [one for one in call.world.connections.past(call.app.id) if _wanted(one, state, names)]
    page, meta = leaf(call.query, every, 100, 10)
    return Answer({"data": [_told(one, shown) for one in page], "meta": meta})


def kick_all(call: Call) -> Answer:
    """End everything that an app holds open."""
    return _kicked(call.world.connections.of(call.app.id))


def kick_endpoint(call: Call) -> Answer:
    """End what an app holds open to one stream."""
    name = call.path["endpoint_id"]
    if name not in NAMES:
        raise invalid(f"The `endpoint_id` parameter value [{name}] is not one of {sorted(NAMES)}", endpoint_id=name)
    return _kicked([one for one in call.world.connections.of(call.app.id) if one.endpoint.name == name])


def kick_some(call: Call) -> Answer:
    """End connections by their UUIDs; one that is not open counts as failed, and the others end all the same."""
    wanted = call.read(Unwanted).uuids
    held = {one.id: one for one in call.world.connections.of(call.app.id)}
    missed = [name for name in dict.fromkeys(wanted) if name not in held]
    return _kicked([held[name] for name in dict.fromkeys(wanted) if name in held], missed)


def _kicked(gone: list[Connection], missed: list[str] | None = None) -> Answer:
    for one in gone:
        one.end(KICKED)
    results: list[Shape] = [{"uuid": one.id, "success": True} for one in gone]
    results += [{"uuid": one, "success": False, "error_message": "No such connection is open."} for one in missed or []]
    data: Shape = {"successful_kills": len(gone), "failed_kills": len(missed or []), "results": results}
    return Answer({"data": data})


def _wanted(one: Past, state: str, names: frozenset[str]) -> bool:
    open_still = not one.disconnected_at
    return state in ("all", "active" if open_still else "inactive") and (not names or one.endpoint in names)


def _told(one: Past, shown: frozenset[str]) -> Shape:
    parts = {
        "id": one.id,
        "endpoint_name": one.endpoint,
        "connected_at": one.connected_at,
        "disconnected_at": one.disconnected_at,
        "disconnect_reason": one.reason,
        "client_ip": one.client_ip,
    }
    return {name: part for name, part in parts.items() if part and name in shown}
