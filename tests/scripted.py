"""A network in memory that takes posts and shows them in its timeline, and fails as a script says.

It stands where the wire stands: talks are driven by the real `Exchange`, whose one question to the network is
answered here. Paths and answers are those of X's API v2 (manage posts, user timeline, direct messages; 2026).
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from building import US, next_id
from earful.core.connector import Account, NoAnswer, Request, Response
from earful.wire import Exchange
from shelf import Shelf

Fault = Callable[["Network", Request], Response]


@dataclass
class Network:
    """What was posted, each as an item of X; `faults` are used up by the sends that come, one each."""

    faults: list[Fault] = field(default_factory=list)
    look_faults: list[Fault] = field(default_factory=list)
    step_faults: list[Fault] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    media: Shelf = field(default_factory=Shelf)
    hidden: set[str] = field(default_factory=set)
    asked: list[Request] = field(default_factory=list)
    sends: int = 0
    looks: int = 0
    shows: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wire(self) -> "Scripted":
        """A wire to this network; one a thread."""
        return Scripted(self)

    def answer(self, request: Request) -> Response:
        with self.lock:
            self.asked.append(request)
            if request.path.startswith("/2/media/") or request.method in ("PUT", "DELETE"):
                return self.step_faults.pop(0)(self, request) if self.step_faults else self.do(request)
            if request.method == "POST":
                self.sends += 1
                return self.faults.pop(0)(self, request) if self.faults else self.take(request)
            self.looks += 1
            return self.look_faults.pop(0)(self, request) if self.look_faults else self.show(request)

    def do(self, request: Request) -> Response:
        """A step of an upload, or a deed: done however often it is asked for."""
        if request.path.startswith("/2/media/"):
            return reply(*self.media.answer(request))
        post = request.path.split("/")[3]
        if request.method == "DELETE":
            self.posted = [each for each in self.posted if each["id"] != post]
            return reply(200, {"data": {"deleted": True}})
        hides = bool(request.json and request.json["hidden"])
        self.hidden = self.hidden | {post} if hides else self.hidden - {post}
        return reply(200, {"data": {"hidden": hides}})

    def take(self, request: Request) -> Response:
        """Post it."""
        assert request.json is not None
        files = [each["media_id"] for each in request.json.get("attachments", [])]
        files += request.json.get("media", {}).get("media_ids", [])
        if not all(map(self.media.usable, files)):
            told = {"errors": [{"message": "Your media IDs are invalid."}], "type": "…/2/problems/invalid-request"}
            return reply(400, told)
        post: dict[str, Any] = {"id": next_id(), "text": request.json.get("text", "")}
        private = "dm_conversations" in request.path
        more = {"to": request.path, "reply": request.json.get("reply", {}), "files": files, "said": request.json}
        self.posted.append({**post, "private": private, **more})
        return reply(201, {"data": {"dm_event_id": post["id"]} if private else post})

    def show(self, request: Request) -> Response:
        """The timeline, or the private conversation, newest first."""
        private = "dm_conversations" in request.path
        shown = [_shown(post) for post in reversed(self.posted) if post["private"] == private]
        data = shown if self.shows else []
        return reply(200, {"data": data, "meta": {"result_count": len(data)}} if data else {"meta": {}})

    @property
    def texts(self) -> list[str]:
        return [post["text"] for post in self.posted]


class Scripted(Exchange):
    """The wire, ending at a network in memory."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def ask(self, account: Account, request: Request) -> Response:
        return self.network.answer(request)


def _shown(post: dict[str, Any]) -> dict[str, Any]:
    said = {"id": post["id"], "text": post["text"], "created_at": timezone.now().isoformat()}
    if post["files"]:
        # X puts a link to the files behind the words.
        said["text"] = f"{post['text']} https://t.co/files".strip()
        page = f"https://x.com/LumenHelp/status/{post['id']}/photo/1"
        said["entities"] = {"urls": [{"url": "https://t.co/files", "expanded_url": page}]}
    if post["private"]:
        return {**said, "event_type": "MessageCreate", "sender_id": US, "dm_conversation_id": f"501-{US}"}
    answered = post["reply"].get("in_reply_to_tweet_id")
    references = {"referenced_tweets": [{"type": "replied_to", "id": answered}]} if answered else {}
    return {**said, "author_id": US, **references}


def reply(status: int, content: dict[str, Any] | bytes, headers: dict[str, str] | None = None) -> Response:
    """An answer of the network."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Response(status, headers or {}, body, timezone.now())


def answers(status: int, content: dict[str, Any] | bytes, headers: dict[str, str] | None = None) -> Fault:
    """A fault: nothing is taken, and this is said."""
    return lambda network, request: reply(status, content, headers)


def lost_before(network: Network, request: Request) -> Response:
    """The request never left."""
    raise NoAnswer("no connection", left=False)


def lost_on_the_way(network: Network, request: Request) -> Response:
    """The request left, and was not taken; the answer is lost."""
    raise NoAnswer("no answer in time", left=True)


def lost_after(network: Network, request: Request) -> Response:
    """The request was taken; the answer is lost."""
    network.take(request)
    raise NoAnswer("no answer in time", left=True)


def too_many(minutes: float) -> Fault:
    """X's rate limit, open again after so many minutes."""
    reset = int((timezone.now() + timedelta(minutes=minutes)).timestamp())
    return answers(429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": str(reset)})
