"""Crowd: what is due, in the order of time, and what the brand's answers make of it.

Everything that will happen stands in an agenda, ordered by its second. Each kind of entry has one performer
(`_PERFORMERS`), which makes at most one move and may put further entries on the agenda. All luck is drawn for
a step by name (`dice`), so it makes no difference how often the crowd is asked.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from earful.sandbox.crowd import improvising, script, threads
from earful.sandbox.crowd.book import Line, Role, book
from earful.sandbox.crowd.improvising import Seen, Voice
from earful.sandbox.crowd.memory import Memory
from earful.sandbox.crowd.said import Move, MoveKind, Person, Reply
from earful.sandbox.crowd.threads import Thread
from earful.sandbox.crowd.words import dice, facts_in, fresh_text, typed_by

# Seconds from hearing the brand to answering it.
ANSWERS_IN = (9.0, 34.0)

# The share of comebacks that name the brand, and of nags that are replies to the person's own post.
NAMES_BRAND = 0.78
NAGS_IN_THREAD = 0.75


@dataclass(order=True, slots=True)
class Due:
    """An entry of the agenda: at which second, what (a performer's name), for whom; `detail` is JSON-able."""

    at: float
    what: str
    key: str
    detail: dict[str, Any] = field(default_factory=dict, compare=False)


class Crowd:
    """The invented customers of one brand. Not thread-safe; ask it from one place."""

    def __init__(self, seed: int = 1, brand: str = "LumenHelp") -> None:
        self.people: tuple[Person, ...] = tuple(role.person for role in book().cast.values())
        self._seed = seed
        self._brand = brand
        self._now = 0.0
        self._memory = Memory()
        self._agenda: list[Due] = []
        self._plan(Due(script.schedule(seed)[0].at, "script", "0"))
        self._plan(Due(book().waves.first, "wave", "0"))

    def moves(self, now: float, replies: Sequence[Reply]) -> list[Move]:
        """All moves due since the last call and until `now` (seconds since the beginning), in order.

        `replies` are the brand's answers since the last call. A `now` before the last one gives nothing.
        """
        for reply in replies:
            # Clamped, so that a caller whose `at` is of another clock still gets an answer.
            at = min(max(reply.at, self._now), max(now, self._now))
            self._plan(Due(at, "hear", reply.post_id, asdict(reply)))
        said: list[Move] = []
        while self._agenda and self._agenda[0].at <= now:
            due = heapq.heappop(self._agenda)
            move = self._PERFORMERS[due.what](self, due)
            said += [move] if move else []
        self._now = max(self._now, now)
        return said

    def state(self) -> dict[str, Any]:
        """Where the crowd stands, JSON-able, for `restore`."""
        agenda = [asdict(due) for due in self._agenda]
        where = {"seed": self._seed, "brand": self._brand, "now": self._now, "agenda": agenda}
        return where | self._memory.state()

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> "Crowd":
        """A crowd that goes on from `state`. Raises KeyError for a state that is not whole."""
        crowd = cls(state["seed"], state["brand"])
        crowd._now = state["now"]
        crowd._memory = Memory.restore(state)
        crowd._agenda = [Due(**due) for due in state["agenda"]]
        heapq.heapify(crowd._agenda)
        return crowd

    # The script, and what follows it

    def _play(self, due: Due) -> Move:
        """One line of the script; the last one hands over to the pool."""
        lines, number = script.schedule(self._seed), int(due.key)
        timed = lines[number]
        if number + 1 < len(lines):
            self._plan(Due(lines[number + 1].at, "script", str(number + 1)))
        else:
            self._plan(Due(due.at + script.next_gap(self._seed, "pool", due.at), "pool", "0"))
        return self._open(due.at, timed.key, timed.line.who[0], timed.line, timed.line.say, timed.of)

    def _improvise(self, due: Due) -> Move | None:
        step, at = int(due.key), due.at
        self._plan(Due(at + script.next_gap(self._seed, f"pool-{step}", at), "pool", str(step + 1)))
        kind = improvising.act(self._seed, step, self._memory.seen)
        if kind == "say":
            return self._say_from_pool(at, step)
        seen = dice(self._seed, "seen", step).choice(self._memory.seen)
        own = kind in ("edit", "delete")
        role = book().cast[seen.handle] if own else self._bystander(step, seen, at)
        return self._take_up(at, step, seen, kind, role)

    def _say_from_pool(self, at: float, step: int) -> Move | None:
        line = improvising.pool_line(self._seed, step)
        role = improvising.speaker(self._seed, step, line, self._memory.spoke, at)
        text = self._words(("pool", step), [line.say], role)
        return self._open(at, f"pool-{step}", role.person.handle, line, text) if text else None

    def _bystander(self, step: int, seen: Seen, at: float) -> Role:
        spoke = {**self._memory.spoke, seen.handle: at}
        return improvising.speaker(self._seed, step, Line(), spoke, at)

    def _take_up(self, at: float, step: int, seen: Seen, kind: MoveKind, role: Role) -> Move | None:
        """Somebody replies to, quotes, reposts, edits or deletes what was just seen."""
        options = improvising.remarks(kind, seen)
        text = self._words(("on", step), options, role, {"them": seen.handle}) if options else ""
        if options and not text:
            return None
        return self._open(at, f"pool-{step}", role.person.handle, Line(kind=kind), text, seen.key)

    # Small outages

    def _begin_wave(self, due: Due) -> None:
        number = int(due.key)
        self._plan(Due(due.at + book().waves.every, "wave", str(number + 1)))
        for voice in improvising.wave(self._seed, number, due.at, self._memory.spoke):
            self._plan(Due(voice.at, "voice", voice.key, asdict(voice)))

    def _speak_up(self, due: Due) -> Move | None:
        voice = Voice(**due.detail)
        line = Line(about=voice.about, kind=voice.kind)
        text = self._words(("voice", due.key), [voice.say], book().cast[voice.handle], voice.slots)
        return self._open(due.at, due.key, voice.handle, line, text, voice.of) if text else None

    # Coming back

    def _hear(self, due: Due) -> None:
        """The brand has answered: what was due in this thread is off, and an answer in some mood is on."""
        reply = Reply(**due.detail)
        thread = threads.meant_by(reply, self._memory.threads.values())
        if thread is None:
            return
        die = dice(self._seed, "hear", thread.key, thread.round)
        mood = threads.mood_after(reply.text, thread, die, book().comebacks)
        if not mood:
            return
        thread.round += 1
        thread.heard += 1
        detail = {"mood": mood, "post": reply.post_id, "private": reply.private, "round": thread.round}
        self._plan(Due(due.at + die.uniform(*ANSWERS_IN), "answer", thread.key, detail))

    def _answer(self, due: Due) -> Move | None:
        thread = self._current(due)
        if thread is None:
            return None
        mood = due.detail["mood"]
        manner = book().comebacks.moods.get(mood, {})
        private = due.detail["private"] or manner.get("kind") == "message"
        move = self._come_back(due.at, thread, mood, private, "" if private else due.detail["post"])
        if manner.get("ends"):
            self._memory.threads.pop(thread.key, None)
        return move

    def _nag(self, due: Due) -> Move | None:
        thread = self._current(due)
        if thread is None:
            return None
        mood = threads.NAGS[thread.nagged]
        thread.nagged += 1
        thread.nags -= 1
        in_thread = dice(self._seed, "where", thread.key, thread.turns).random() < NAGS_IN_THREAD
        of = f"key:{thread.key}" if in_thread and not thread.private else ""
        return self._come_back(due.at, thread, mood, thread.private, of)

    def _current(self, due: Due) -> Thread | None:
        """The thread, unless it is over or has moved on since this was planned."""
        thread = self._memory.threads.get(due.key)
        return thread if thread and thread.round == due.detail["round"] else None

    def _come_back(self, at: float, thread: Thread, mood: str, private: bool, of: str) -> Move | None:
        role, rules = book().cast[thread.handle], book().comebacks
        step = ("back", thread.key, thread.turns)
        options = threads.words_for(mood, thread, role, rules)
        if not private and (not of or dice(self._seed, "names", *step).random() < NAMES_BRAND):
            options = [f"@LumenHelp {option}" for option in options]
        topic = rules.topics.get(thread.about, rules.topics["general"])
        text = self._words(step, options, role, {"topic": topic, **thread.facts})
        thread.facts |= facts_in(text, book().slots)
        kind: MoveKind = "message" if private else "reply" if of else "post"
        self._wait_on(at, thread, came_back=True)
        return self._move(f"{thread.key}.{thread.turns}", thread.handle, kind, text, of, at) if text else None

    def _wait_on(self, at: float, thread: Thread, *, came_back: bool) -> None:
        """Patience runs again, a little longer each time; after the last turn nobody waits any more."""
        thread.turns += came_back
        thread.round += 1
        if thread.turns >= threads.MOST_TURNS:
            self._memory.threads.pop(thread.key, None)
        elif thread.nags > 0:
            patience = thread.patience * (1 + 0.3 * thread.turns)
            self._plan(Due(at + patience, "nag", thread.key, {"round": thread.round}))

    # What all of them need

    def _open(self, at: float, key: str, handle: str, line: Line, text: str, of: str = "") -> Move:
        """A move that is no comeback: it may begin a thread, and bystanders may see it."""
        self._memory.spoke[handle] = at
        self._memory.show(key, handle, line, text)
        if line.kind in ("post", "message") or (line.kind == "reply" and line.about != "chat"):
            thread = threads.begin(key, handle, line, at, dice(self._seed, "thread", key), book().comebacks)
            thread.facts |= facts_in(text, book().slots)
            self._memory.follow(thread)
            self._wait_on(at, thread, came_back=False)
        if line.kind in ("edit", "delete"):
            self._memory.forget(of)
        if line.kind == "delete":
            self._memory.threads.pop(of, None)
        return self._move(key, handle, line.kind, text, f"key:{of}" if of else "", at)

    def _words(
        self,
        step: tuple[object, ...],
        options: Sequence[str],
        role: Role,
        scene: Mapping[str, Any] | None = None,
    ) -> str:
        slots = {**book().slots, "city": role.home, **(scene or {})}
        return typed_by(role, fresh_text(options, dice(self._seed, "words", *step), slots, self._memory.taken(role)))

    def _move(self, key: str, handle: str, kind: MoveKind, text: str, of: str, at: float) -> Move:
        self._memory.learn(text)
        move = Move(key, handle, kind, text, of, at)
        return replace(move, text=text.replace("@LumenHelp", f"@{self._brand}"))

    def _plan(self, due: Due) -> None:
        heapq.heappush(self._agenda, due)

    _PERFORMERS: Mapping[str, Callable[["Crowd", Due], Move | None]] = {
        "script": _play,
        "pool": _improvise,
        "wave": _begin_wave,
        "voice": _speak_up,
        "hear": _hear,
        "answer": _answer,
        "nag": _nag,
    }
