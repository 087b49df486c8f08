"""Handing a file over to X, one request a step, from wherever it was left."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.driving import LUMEN, NOW, answer, drive
from earful.connectors.x import limits
from earful.connectors.x.uploading import upload
from earful.core.connector import LostAccess, NoAnswer, Refused, Stale, TryLater
from earful.core.delivering import Attachment, Uploading

PICTURE = Attachment("picture", "image/png", 3, alt="A router with a red light")
FILM = Attachment("film", "video/mp4", limits.PIECE + 5)
BEGUN, FILLED = Uploading("77"), Uploading("77", sent=3)
CLOSED = Uploading("77", sent=3, closed=True, until=NOW + timedelta(hours=23))


def step(so_far, given, *, file=PICTURE, piece=b"abc"):
    told = drive(upload(LUMEN, file, so_far, piece), [given])
    (request,) = told.asked
    return request, told.error or told.learned


def told(**data):
    return answer(200, {"data": {"id": "77", **data}, "meta": {}})


@pytest.mark.parametrize(
    ("file", "category"),
    [
        (PICTURE, "tweet_image"),
        (FILM, "tweet_video"),
        (Attachment("animation", "image/gif", 3), "tweet_gif"),
        (replace(PICTURE, private=True), "dm_image"),
        (replace(FILM, private=True), "dm_video"),
    ],
)
def test_a_file_begins_with_what_it_is_how_large_and_what_for(file, category):
    request, learned = step(Uploading(), told(expires_after_secs=1_295_999), file=file)
    assert (request.method, request.path, request.token) == ("POST", "/2/media/upload/initialize", "user")
    said = {"media_type": file.media_type, "total_bytes": file.size, "media_category": category}
    assert (request.json, learned) == (said, BEGUN)


def test_pieces_go_in_order_each_under_its_number():
    request, learned = step(BEGUN, answer(200, {"data": {}}), file=FILM, piece=b"x" * limits.PIECE)
    assert (request.path, request.json["segment_index"]) == ("/2/media/upload/77/append", 0)
    assert base64.b64decode(request.json["media"]) == b"x" * limits.PIECE
    assert learned.sent == limits.PIECE
    last, learned = step(learned, answer(204), file=FILM, piece=b"x" * 5)
    assert (last.json["segment_index"], learned.sent) == (1, FILM.size)


def test_a_picture_is_ready_when_it_is_closed_for_a_little_less_than_a_day():
    request, learned = step(FILLED, told(expires_after_secs=86_400))
    assert (request.method, request.path) == ("POST", "/2/media/upload/77/finalize")
    assert (learned.closed, learned.ready) == (True, True)
    assert NOW + timedelta(hours=23) < learned.until < NOW + timedelta(hours=24)


def test_a_film_is_asked_after_when_x_says_and_not_before():
    working = {"state": "pending", "check_after_secs": 7}
    _, learned = step(FILLED, told(processing_info=working))
    assert (learned.ready, learned.ask_at) == (False, NOW + timedelta(seconds=7))
    request, learned = step(learned, told(processing_info={"state": "succeeded"}))
    assert (request.method, request.path) == ("GET", "/2/media/upload")
    assert request.params == {"command": "STATUS", "media_id": "77"}
    assert (learned.ready, learned.ask_at) == (True, None)


@pytest.mark.parametrize("pause", [None, 0, -1, "soon"])
def test_without_a_pause_that_makes_sense_it_is_asked_after_a_few_seconds(pause):
    working = {"state": "in_progress", "check_after_secs": pause}
    assert step(CLOSED, told(processing_info=working))[1].ask_at == NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"errors": [{"detail": "The sound is odd."}]}, "The sound is odd."),
        ({}, "it did not say why"),
    ],
)
def test_a_film_that_x_cannot_work_on_is_refused_in_its_words(more, says):
    failed = {"data": {"id": "77", "processing_info": {"state": "failed"}}, **more}
    _, error = step(CLOSED, answer(200, failed))
    assert isinstance(error, Refused)
    assert says in error.reason


def test_the_description_goes_last_and_once():
    request, learned = step(replace(CLOSED, ready=True), told(associated_metadata={}))
    assert (request.path, request.json) == (
        "/2/media/metadata",
        {"id": "77", "metadata": {"alt_text": {"text": "A router with a red light"}}},
    )
    assert learned.described


@pytest.mark.parametrize("so_far", [Uploading(), BEGUN, FILLED, CLOSED], ids=["begin", "fill", "close", "ask"])
@pytest.mark.parametrize("given", [NoAnswer("cut", left=True), answer(503), answer(500), answer(429)], ids=str)
def test_trouble_on_the_way_is_no_doubt_since_nobody_sees_a_file_yet(so_far, given):
    assert type(step(so_far, given)[1]) is TryLater


@pytest.mark.parametrize("so_far", [BEGUN, FILLED], ids=["fill", "close"])
@pytest.mark.parametrize("status", [400, 404, 410])
def test_what_x_lost_hold_of_is_begun_anew(so_far, status):
    assert type(step(so_far, answer(status, {"detail": "gone"}))[1]) is Stale


def test_what_x_will_not_even_begin_is_refused():
    assert type(step(Uploading(), answer(400, {"detail": "media_type"}))[1]) is Refused
    assert type(step(Uploading(), answer(401))[1]) is LostAccess


def test_a_description_that_x_does_not_take_is_refused():
    assert type(step(replace(CLOSED, ready=True), answer(400, {"detail": "alt_text"}))[1]) is Refused


@pytest.mark.parametrize("given", [b"<html>", {}, {"data": {"id": "../1"}}, {"data": []}], ids=str)
def test_an_answer_without_sense_is_asked_for_again(given):
    for so_far in (Uploading(), CLOSED):
        if so_far == CLOSED and given == {"data": {"id": "../1"}}:
            continue
        assert type(step(so_far, answer(200, given))[1]) is TryLater
