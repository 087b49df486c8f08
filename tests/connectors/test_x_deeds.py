"""Hiding an answer in a thread of ours, showing it again, and deleting what we said."""

import pytest

from connectors.driving import LUMEN, answer, drive
from earful.connectors.x.deeds import act
from earful.core.connector import LostAccess, NoAnswer, Refused, TryLater
from earful.core.delivering import Deed

SAID = {"hide": {"hidden": True}, "unhide": {"hidden": False}, "delete": {"deleted": True}}
EVERY = pytest.mark.parametrize("kind", SAID)


def done(kind, given):
    told = drive(act(LUMEN, Deed(kind, "5")), [given])
    return told.asked[0], told.error


@EVERY
def test_a_deed_is_done_when_x_says_so(kind):
    request, error = done(kind, answer(200, {"data": SAID[kind]}))
    assert error is None
    assert (request.method, request.path, request.token) == (
        ("DELETE", "/2/tweets/5", "user") if kind == "delete" else ("PUT", "/2/tweets/5/hidden", "user")
    )
    assert request.json == (None if kind == "delete" else SAID[kind])


@EVERY
@pytest.mark.parametrize("said", [b"", b"<html>", {}, {"data": {}}, {"data": {"hidden": 1, "deleted": False}}], ids=str)
def test_a_yes_that_does_not_say_what_was_done_is_asked_for_again(kind, said):
    assert type(done(kind, answer(200, said))[1]) is TryLater


@EVERY
def test_trouble_is_asked_again_and_leaves_no_doubt(kind):
    assert type(done(kind, answer(503))[1]) is TryLater
    assert type(done(kind, answer(401))[1]) is LostAccess


@EVERY
def test_what_x_cannot_find_is_refused(kind):
    assert type(done(kind, answer(404))[1]) is Refused


def test_only_in_a_conversation_of_ours_answers_are_hidden():
    _, error = done("hide", answer(403, {"detail": "You are not allowed to hide this reply."}))
    assert error.reason == "X hides only answers in a conversation that we began."


def test_an_answer_that_was_lost_is_the_callers_to_name():
    with pytest.raises(NoAnswer):
        drive(act(LUMEN, Deed("delete", "5")), [NoAnswer("cut", left=True)])
