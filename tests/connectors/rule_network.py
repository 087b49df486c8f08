"""X's stream rules in memory: what it holds for an app, how many it takes, what it refuses; and it loses answers."""

import json
from dataclasses import dataclass, field
from typing import Any

from connectors.driving import LUMEN, NOW
from earful.connectors.x.packs import OUR_TAG
from earful.connectors.x.rules import put_in_force
from earful.core.connector import Account, InForce, NoAnswer, Refused, Request, Response, Rule

PATH = "/2/tweets/search/stream/rules"


@dataclass
class RuleNetwork:
    """Refuses texts with a word of `refuses` in them, and counts every request; `loses` is which answer gets lost."""

    cap: int = 1_000
    refuses: tuple[str, ...] = ()
    loses: int = 0
    rules: list[dict[str, str]] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    last_id: int = 100

    def sync(self, *rules: Rule, account: Account = LUMEN) -> InForce:
        """Drive one sync to its end; raises NoAnswer if an answer was lost."""
        talk = put_in_force(account, rules)
        try:
            request = next(talk)
            while True:
                request = talk.send(self.answer(request))
        except StopIteration as done:
            in_force: InForce = done.value
            return in_force

    def answer(self, request: Request) -> Response:
        self.asked.append(request)
        said, status = self._said(request)
        if len(self.asked) == self.loses:
            raise NoAnswer("lost", left=True)
        return Response(status, {}, json.dumps(said).encode(), NOW)

    def add_foreign(self, value: str, tag: str = "") -> None:
        """Somebody else's rule."""
        self.last_id += 1
        self.rules.append({"id": str(self.last_id), "value": value, "tag": tag})

    @property
    def values(self) -> list[str]:
        return [rule["value"] for rule in self.rules]

    @property
    def ours(self) -> dict[str, str]:
        """Tag without its beginning → value, of the rules with a tag of ours."""
        return {r["tag"].removeprefix(OUR_TAG): r["value"] for r in self.rules if r["tag"].startswith(OUR_TAG)}

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.asked if request.method == "POST"]

    @property
    def changes(self) -> list[Any]:
        """What was really asked to be changed."""
        return [request.json for request in self.posts if "dry_run" not in request.params]

    def _said(self, request: Request) -> tuple[Any, int]:
        if request.path.endswith("/counts"):
            caps = {"cap_per_client_app": self.cap, "cap_per_project": str(self.cap)}
            return {"data": {**caps, "project_rules_count": len(self.rules)}}, 200
        if request.method == "GET":
            return {"data": self.rules, "meta": {"sent": "now"}} if self.rules else {"meta": {}}, 200
        assert request.json is not None
        if "delete" in request.json:
            self.rules = [rule for rule in self.rules if rule["id"] not in request.json["delete"]["ids"]]
            return {"meta": {"summary": {"deleted": 1}}}, 200
        return self._add(request.json["add"], dry="dry_run" in request.params)

    def _add(self, wanted: list[dict[str, str]], *, dry: bool) -> tuple[Any, int]:
        problems = [problem for rule in wanted if (problem := self._problem(rule["value"]))]
        wrong = {problem["value"] for problem in problems}
        new = [rule for rule in wanted if rule["value"] not in wrong]
        if len(self.rules) + len(new) > self.cap:
            return {"title": "RulesCapExceeded", "type": ".../rule-cap", "status": 422}, 422
        if not dry:
            for rule in new:
                self.add_foreign(**rule)
        data = new if dry else self.rules[len(self.rules) - len(new) :]
        return {"data": data, "meta": {}} | ({"errors": problems} if problems else {}), 201

    def _problem(self, value: str) -> dict[str, Any] | None:
        if value in self.values:
            held = next(rule["id"] for rule in self.rules if rule["value"] == value)
            return {"type": ".../duplicate-rules", "title": "DuplicateRule", "value": value, "id": held}
        if any(word in value for word in self.refuses):
            return {"type": ".../invalid-rules", "title": "Invalid", "details": ["no such operator"], "value": value}
        return None


def sync_again_and_again(network: RuleNetwork, *rules: Rule, account: Account = LUMEN) -> InForce:
    """As the listener does: after a lost answer, begin anew."""
    for _ in range(20):
        try:
            return network.sync(*rules, account=account)
        except NoAnswer:
            network.loses = 0
    raise Refused("it never ends")
