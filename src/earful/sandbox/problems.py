"""What the pretend X says when it does not do as asked: problem documents, as in RFC 9457 and X's
description.

The 2.162 description names problem types under one host and 2.167 under another, so the host goes with the
vocabulary.
"""

from collections.abc import Mapping
from typing import Any

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
HOSTS = {"tweet": "https://api.twitter.com/2/problems/", "post": "https://api.x.com/2/problems/"}


class ControlError(Exception):
    """A call of the control API that cannot be carried out: a status, and why in a sentence."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class RefusalError(Exception):
    """A call that ends in a problem document. `kind` is the last part of the problem's type, or
    "about:blank".
    """

    media = PROBLEM

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more

    def document(self, vocabulary: str = "tweet") -> dict[str, Any]:
        """The problem as a JSON object."""
        base = {"title": self.title, "detail": self.detail, "type": problem_type(self.kind, vocabulary)}
        return base | {"status": self.status} | self.more


def problem_type(kind: str, vocabulary: str) -> str:
    """The full type of a problem: an address, except for the one that has none."""
    return kind if kind == "about:blank" else HOSTS[vocabulary] + kind


def unauthorized() -> RefusalError:
    """No token, or one that nobody holds."""
    return RefusalError(401, "about:blank", "Unauthorized", "Unauthorized", {"www-authenticate": "Bearer"})


def wrong_token(used: str, wanted: str) -> RefusalError:
    """A token of the wrong kind: `used` and `wanted` as X names them."""
    detail = (
        f"Authenticating with {used} is forbidden for this endpoint.  Supported authentication types are [{wanted}]."
    )
    return RefusalError(403, "unsupported-authentication", "Unsupported Authentication", detail)


def lacking(way: str = "user") -> RefusalError:
    """A user access token without a scope that is needed, of which X does not say which; or an OAuth 1.0a pair of too
    low a level.
    """
    if way != "oauth1":
        return forbidden("Forbidden")
    detail = "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."
    return RefusalError(403, "oauth1-permissions", "Forbidden", detail)


def forbidden(detail: str) -> RefusalError:
    """Understood and not allowed; X tells the reasons apart only in words."""
    return RefusalError(403, "about:blank", "Forbidden", detail)


def invalid(message: str, **parameters: str) -> RefusalError:
    """A request that X cannot take as it stands; names the parameters at fault with the values they had."""
    errors = [{"message": message, "parameters": {name: [value] for name, value in parameters.items()}}]
    detail = "One or more parameters to your request was invalid."
    return RefusalError(400, "invalid-request", "Invalid Request", detail, errors=errors)


def conflict(detail: str) -> RefusalError:
    """What cannot be while something else is there, or under way."""
    return RefusalError(409, "conflict", "Conflict", detail)


def not_enrolled(detail: str) -> RefusalError:
    """What an app's edition does not have."""
    return RefusalError(403, "client-forbidden", "Client Forbidden", detail, reason="client-not-enrolled")


def not_found(given: str, parameter: str, resource: str) -> RefusalError:
    """What a call is all about is not there, or not the caller's."""
    detail = f"Could not find {resource} with {parameter}: [{given}]."
    more: dict[str, Any] = {"parameter": parameter, "resource_id": given, "resource_type": resource, "value": given}
    return RefusalError(404, "resource-not-found", "Not Found Error", detail, **more)


def barred(value: str, parameter: str, resource: str, vocabulary: str, section: str = "data") -> dict[str, Any]:
    """One part of an answer that is there and not for this caller to see; `section` is where it would stand."""
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the {resource} with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "section": section,
        "type": problem_type("not-authorized-for-resource", vocabulary),
    }


def suspended(value: str, parameter: str, resource: str, vocabulary: str) -> dict[str, Any]:
    """An account that X has suspended. X files it under "not found", and says in words what it is."""
    found = missing(value, parameter, resource, vocabulary)
    return found | {"title": "Forbidden", "detail": f"User has been suspended: [{value}]."}


def missing(value: str, parameter: str, resource: str, vocabulary: str) -> dict[str, Any]:
    """One partial miss inside an answer that is otherwise a success. `resource` is "tweet" or "user"."""
    return {
        "value": value,
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "type": problem_type("resource-not-found", vocabulary),
    }
