"""Answers held against X's own descriptions: nothing is missing, and nothing else is there."""

import json
import re
from functools import cache
from typing import Any

from shared import shared

# The descriptions leave these out for an answer or a kind of media; X sends them all the same.
SENT_ANYWAY = {"edit_history_tweet_ids", "sent", "alt_text", "meta", "card_uri", "media_metadata"}
# What is wrong with a rule is in neither description, but on X's page of response codes.
SAID_ANYWAY = ("invalid-rules", "duplicate-rules")
VERSIONS = {"tweet": "2.162", "post": "2.167"}
KINDS = {"string": str, "integer": int, "boolean": bool, "number": (int, float), "array": list, "object": dict}


def hold(answer: Any, vocabulary: str, path: str, method: str) -> None:
    """Fail unless an answer fits the schema of an operation's success."""
    answers = description(vocabulary)["paths"][path][method]["responses"]
    success = next(answers[status] for status in ("200", "201") if status in answers)
    check(answer, success["content"]["application/json"]["schema"], vocabulary, path)


@cache
def description(vocabulary: str) -> Any:
    """One of the two descriptions."""
    return json.loads(shared("contracts", "x", f"openapi-{VERSIONS[vocabulary]}.json").read_text())


def check(value: Any, schema: Any, vocabulary: str, place: str) -> None:
    """Fail unless a value fits a schema; of several that are offered it must fit one."""
    schema = chosen(value, resolved(schema, vocabulary), vocabulary)
    offered = [*schema.get("oneOf", []), *schema.get("anyOf", [])]
    if offered and not (isinstance(value, dict) and str(value.get("type")).endswith(SAID_ANYWAY)):
        assert any(fits(value, one, vocabulary) for one in offered), f"{place} fits nothing offered: {value!r}"
        return
    assert isinstance(value, KINDS.get(schema.get("type", ""), object)), f"{place}: {value!r}"
    assert value in schema.get("enum", [value]), f"{place}: {value!r} is not one of {schema.get('enum')}"
    if isinstance(value, dict):
        _check_parts(value, schema, vocabulary, place)
    elif isinstance(value, list):
        assert len(value) >= schema.get("minItems", 0), place
        for one in value:
            check(one, schema.get("items", {}), vocabulary, place)
    elif isinstance(value, str):
        assert re.search(schema.get("pattern", ""), value), f"{place}: {value!r} has another form"


def fits(value: Any, schema: Any, vocabulary: str) -> bool:
    """Whether a value fits a schema."""
    try:
        check(value, schema, vocabulary, "")
    except AssertionError:
        return False
    return True


def chosen(value: Any, schema: Any, vocabulary: str) -> Any:
    """The schema that a value's own words choose, where the description leaves that to them."""
    told = schema.get("discriminator", {})
    name = told.get("mapping", {}).get(value.get(told["propertyName"])) if told and isinstance(value, dict) else None
    return resolved({"$ref": name}, vocabulary) if name else schema


def _check_parts(value: dict[str, Any], schema: Any, vocabulary: str, place: str) -> None:
    missing = set(schema.get("required", [])) - set(value)
    assert not missing, f"{place} lacks {missing}"
    known = schema.get("properties", {})
    more = set(value) - set(known) - set(schema.get("required", [])) - SENT_ANYWAY
    problem = {"type", "title"} <= set(value)
    assert problem or not known or not more, f"{place} has more: {more}"
    assert schema.get("additionalProperties", True) or not set(value) - set(known), f"{place} may not have more: {more}"
    for name in set(value) & set(known):
        check(value[name], known[name], vocabulary, f"{place}.{name}")


def resolved(schema: Any, vocabulary: str) -> Any:
    """A schema with its references followed and its parts put together."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return resolved(description(vocabulary)["components"]["schemas"][name], vocabulary)
    whole: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema.get("allOf", []):
        inner = resolved(part, vocabulary)
        whole["required"] = [*whole.get("required", []), *inner.get("required", [])]
        whole["properties"] = whole.get("properties", {}) | inner.get("properties", {})
    return whole
