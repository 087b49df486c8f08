"""The filtered stream's rules: kept per app, compiled together, and in force once the network has passed them on, which
takes X about twenty seconds.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from earful.core.language.dialects import Access
from earful.core.language.errors import RuleError
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import And, Operator, Tree, all_of
from earful.sandbox.asking import identifier, leaf
from earful.sandbox.gate import Answer, Call
from earful.sandbox.hearing import Hearing
from earful.sandbox.posts import Post
from earful.sandbox.problems import RefusalError, invalid, problem_type
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import Snowflakes, written
from earful.sandbox.store import Store

if TYPE_CHECKING:
    from earful.sandbox.world import World

CAPS = {"self-serve": 1000, "enterprise": 25_000}


# An app's rules compiled, the tag of each, and the share of posts in percent that each is to find.
Compiled = tuple[Rulebook[int], dict[int, str], dict[int, int]]


class NewRule(msgspec.Struct, forbid_unknown_fields=True):
    """A rule to be added."""

    value: str
    tag: str = ""


class Unwanted(msgspec.Struct, forbid_unknown_fields=True):
    """Rules to be deleted, by id or by value."""

    ids: list[str] = []
    values: list[str] = []


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a change: exactly one of the two."""

    add: list[NewRule] | None = None
    delete: Unwanted | None = None


class Rules:
    """All rules of all apps. What was changed is listed at once, and finds posts after `lag` seconds (for an app); a
    restart brings everything into force.
    """

    def __init__(self, store: Store, ids: Snowflakes, clock: Callable[[], float], lag: Callable[[int], float]) -> None:
        self.store = store
        self.ids = ids
        self.clock = clock
        self.lag = lag
        self.books: dict[int, Compiled] = {}
        self.coming: dict[int, deque[tuple[float, list[Shape]]]] = {}

    def of(self, app: int) -> list[Shape]:
        """An app's rules, oldest first."""
        return [_shape(row) for row in self.store.rows("SELECT * FROM rules WHERE app = ? ORDER BY id", app)]

    def matching(self, world: "World", app: int, post: Post, hearing: Hearing) -> list[Shape]:
        """The rules that a post satisfies, as the stream tells them."""
        book, tags, shares = self._book(app)
        found = book.find([hearing.heard(post)], [hearing.quoted(post)])[0] if len(book) else []
        found = [one for one in found if _in_sample(post, shares.get(one, 100))]
        return [{"id": str(one)} | ({"tag": tags[one]} if tags[one] else {}) for one in found]

    def add(self, app: int, value: str, tag: str) -> Shape:
        """Keep a new rule."""
        new = self.ids.next()
        self.store.write("INSERT INTO rules VALUES (?, ?, ?, ?)", new, app, value, tag)
        return {"id": str(new), "value": value} | ({"tag": tag} if tag else {})

    def remove(self, app: int, rule: str) -> None:
        """Forget a rule."""
        self.store.write("DELETE FROM rules WHERE app = ? AND id = ?", app, int(rule))

    @contextmanager
    def changing(self, app: int) -> Iterator[None]:
        """What is added and removed inside is kept or undone as one, and comes into force together."""
        lag = self.lag(app)
        if lag:
            self._book(app)
        with self.store.together():
            yield
        if lag:
            self.coming.setdefault(app, deque()).append((self.clock() + lag, self.of(app)))
        else:
            self.books.pop(app, None)
            self.coming.pop(app, None)

    def _book(self, app: int) -> Compiled:
        coming = self.coming.get(app, ())
        due = [coming.popleft()[1] for _ in range(sum(at <= self.clock() for at, _ in coming))] if coming else []
        if due or app not in self.books:
            self.books[app] = _compiled(due[-1] if due else self.of(app))
        return self.books[app]


def listing(call: Call) -> Answer:
    """An app's rules, all or those asked for by id, page by page."""
    asked = {str(identifier(one, "ids")) for one in call.query.get("ids", "").split(",") if one}
    every = [rule for rule in call.world.rules.of(call.app.id) if not asked or rule["id"] in asked]
    shown, counted = leaf(call.query, every, 1000, 1000)
    meta = {"sent": _now(call)} | counted
    return Answer({"data": shown, "meta": meta} if shown else {"meta": meta})


def counts(call: Call) -> Answer:
    """How many rules there are, and how many there may be."""
    number = len(call.world.rules.of(call.app.id))
    # The older description has numbers here, the newer one words.
    told = {"cap_per_client_app": _cap(call), "cap_per_project": _cap(call), "project_rules_count": number}
    data: Shape = told if call.app.options.vocabulary == "tweet" else {name: str(value) for name, value in told.items()}
    return Answer(
        {"data": data | {"client_app_rules_count": {"client_app_id": str(call.app.id), "rule_count": number}}}
    )


def change(call: Call) -> Answer:
    """Add rules, or delete some, or with `delete_all` every one; `dry_run` only says what would happen."""
    if call.query.get("delete_all") == "true":
        return _delete(call, Unwanted(ids=[rule["id"] for rule in call.world.rules.of(call.app.id)]))
    wanted = call.read(Change)
    if wanted.add is not None and wanted.delete is None:
        return _add(call, wanted.add)
    if wanted.delete is not None and wanted.add is None:
        return _delete(call, wanted.delete)
    raise invalid("Exactly one of `add` and `delete` is needed")


def _add(call: Call, wanted: list[NewRule]) -> Answer:
    had = {rule["value"]: rule["id"] for rule in call.world.rules.of(call.app.id)}
    errors: list[Shape] = []
    data: list[Shape] = []
    usable: list[NewRule] = []
    for rule in wanted:
        problem = _duplicate(call, rule, had) or _unusable(call, rule)
        errors.extend([problem] if problem else [])
        usable.extend([] if problem else [rule])
        had.setdefault(rule.value, "")
    _refuse_over_cap(call, len(usable))
    if call.query.get("dry_run") != "true":
        with call.world.rules.changing(call.app.id):
            data = [call.world.rules.add(call.app.id, rule.value, rule.tag) for rule in usable]
        had |= {rule["value"]: rule["id"] for rule in data}
        errors = [error | {"id": had[error["value"]]} if "id" in error else error for error in errors]
    else:
        data = [{"value": rule.value} | ({"tag": rule.tag} if rule.tag else {}) for rule in usable]
    wrong = sum(error["type"].endswith("invalid-rules") for error in errors)
    summary = {
        "created": len(usable),
        "not_created": len(errors),
        "valid": len(wanted) - wrong,
        "invalid": wrong,
    }
    return Answer(_whole(call, data, summary, errors))


def _delete(call: Call, unwanted: Unwanted) -> Answer:
    had = call.world.rules.of(call.app.id)
    by_value = {rule["value"]: rule["id"] for rule in had}
    known = {rule["id"] for rule in had}
    asked = [*unwanted.ids, *(by_value.get(value, value) for value in unwanted.values)]
    gone = [one for one in dict.fromkeys(asked) if one in known]
    if call.query.get("dry_run") != "true":
        with call.world.rules.changing(call.app.id):
            for one in gone:
                call.world.rules.remove(call.app.id, one)
    errors = [_not_there(call, one) for one in asked if one not in known]
    return Answer(_whole(call, [], {"deleted": len(gone), "not_deleted": len(errors)}, errors))


def _whole(call: Call, data: list[Shape], summary: Shape, errors: list[Shape]) -> Shape:
    meta = {"sent": _now(call), "summary": summary}
    return {name: part for name, part in (("data", data), ("meta", meta), ("errors", errors)) if part}


def _duplicate(call: Call, rule: NewRule, had: dict[str, str]) -> Shape | None:
    if rule.value not in had:
        return None
    kind = problem_type("duplicate-rules", call.vocabulary.name)
    return {"value": rule.value, "id": had[rule.value], "title": "DuplicateRule", "type": kind}


def _unusable(call: Call, rule: NewRule) -> Shape | None:
    try:
        parse(rule.value, "stream", access=Access(call.app.edition))
    except RuleError as error:
        kind = problem_type("invalid-rules", call.vocabulary.name)
        return {"value": rule.value, "details": [str(error)], "title": "UnprocessableEntity", "type": kind}
    return None


def _not_there(call: Call, rule: str) -> Shape:
    kind = problem_type("invalid-request", call.vocabulary.name)
    message = {"message": "Rule does not exist", "parameters": {"id": [rule]}}
    return {"errors": [message], "title": "Invalid Request", "detail": "Rule does not exist", "type": kind}


def _refuse_over_cap(call: Call, more: int) -> None:
    if len(call.world.rules.of(call.app.id)) + more > _cap(call):
        detail = f"Rule cap exceeded: at most {_cap(call)} rules."
        raise RefusalError(422, "rule-cap", "RulesCapExceeded", detail)


def _cap(call: Call) -> int:
    return CAPS[call.app.edition]


def _now(call: Call) -> str:
    return written(call.world.ids.next())


def _shape(row: Any) -> Shape:
    return {"id": str(row["id"]), "value": row["value"]} | ({"tag": row["tag"]} if row["tag"] else {})


def _compiled(rules: list[Shape]) -> Compiled:
    tags = {int(rule["id"]): rule.get("tag", "") for rule in rules}
    usable = [(number, *_sampled(tree)) for number, tree in _usable(rules)]
    book = Rulebook([(number, tree) for number, tree, _ in usable])
    return book, tags, {number: share for number, _, share in usable}


def _usable(rules: list[Shape]) -> list[tuple[int, Tree]]:
    usable = []
    for rule in rules:
        try:
            usable.append((int(rule["id"]), parse(rule["value"], "stream", access=Access("enterprise"))))
        except RuleError:
            # Kept by an older language than today's: it finds nothing any more, and the others go on.
            continue
    return usable


def _sampled(tree: Tree) -> tuple[Tree, int]:
    """A rule without its `sample:`, which only the network itself can answer, and the percentage that this asks for."""
    if not isinstance(tree, And):
        return tree, 100
    shares = {part: int(part.value) for part in tree.parts if isinstance(part, Operator) and part.name == "sample"}
    rest = [part for part in tree.parts if part not in shares]
    return (all_of(rest), min(shares.values())) if shares and rest else (tree, 100)


def _in_sample(post: Post, share: int) -> bool:
    # Ids of one millisecond differ in their last bits only: a multiplication spreads them over the hundred.
    return (post.first * 2_654_435_761 >> 20) % 100 < share
