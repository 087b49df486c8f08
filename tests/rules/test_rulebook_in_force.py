"""The rulebook in force follows the table, and never leaves a gap."""

import threading
from typing import NoReturn

import pytest
from django.db import OperationalError

from earful.core.language.rulebook import Rulebook
from earful.rules import book
from earful.rules.models import ListeningRule
from fishing import listening


@pytest.fixture(autouse=True)
def _as_the_table_stands(db: None) -> None:
    book.look_again()


def test_a_changed_rule_is_in_force_whatever_its_clock_says() -> None:
    rule = listening("lumen")
    ListeningRule.objects.filter(pk=rule.pk).update(text="fibre", changed_at="2001-01-01T00:00Z")
    book.look_again()
    assert [one.text for one in book.enabled()] == ["fibre"]
    assert rule.pk in book.opening()


def test_a_table_that_has_not_changed_keeps_the_very_same_book() -> None:
    listening("lumen")
    before = book.current()
    book.look_again()
    assert book.current() is before


def test_a_rule_that_cannot_be_read_does_not_deafen_the_others() -> None:
    ListeningRule.objects.create(name="of another version", text="(((")
    listening("lumen")
    assert len(book.current()) == 1


def test_the_old_book_serves_until_the_new_one_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    listening("lumen")
    old, go_on = book.in_force(), threading.Event()
    compile_now = book._compiled

    def slowly(rows: object) -> book.Book:
        go_on.wait(10)
        return compile_now(rows)  # type: ignore[arg-type]

    monkeypatch.setattr(book, "_compiled", slowly)
    ListeningRule.objects.create(name="new", text="fibre")
    book._shelf.follow()
    assert book.in_force() is old
    go_on.set()
    book._shelf._compiling.join(10)  # type: ignore[union-attr]
    assert len(book.in_force().rulebook) == 2


def test_a_change_that_could_not_be_read_is_compiled_at_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = book._rows
    monkeypatch.setattr(book, "_rows", _away)
    listening_only("lumen")
    with pytest.raises(OperationalError):
        book.look_again()
    monkeypatch.setattr(book, "_rows", rows)
    book.look_again()
    assert len(book.current()) == 1


def test_a_change_that_could_not_be_compiled_is_compiled_at_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = book._compiled
    monkeypatch.setattr(book, "_compiled", _away)
    listening_only("lumen")
    with pytest.raises(OperationalError):
        book.look_again()
    monkeypatch.setattr(book, "_compiled", compiled)
    book.look_again()
    assert len(book.current()) == 1


def listening_only(text: str) -> None:
    """A new rule, of which no book knows yet."""
    ListeningRule.objects.create(name=text, text=text)


def _away(*_: object) -> NoReturn:
    raise OperationalError("the database is away")


def test_a_book_that_was_overtaken_is_not_put_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = book.Book(Rulebook([]))
    monkeypatch.setattr(book, "_compiled", lambda rows: newest)
    listening("lumen")
    book._shelf._compile(0, [])
    assert book.in_force() is newest


def test_rules_that_only_a_network_answers_are_known_apart() -> None:
    rule = listening("lumen sample:10")
    assert list(book.in_force().by_network) == [rule.pk]


def test_rules_that_open_no_cases_are_in_force_all_the_same() -> None:
    quiet = listening("lumen", opens_cases=False)
    assert quiet.pk not in book.opening()
    assert len(book.current()) == 1
