"""How X is listened to: polls with an overlap, cursors."""

from datetime import timedelta

import pytest

from connectors.driving import LUMEN, NOW, answer, drive, snowflake
from earful.connectors.x.listening import MOST_PAGES, OVERLAP_MS, POLLS, who_am_i
from earful.core.connector import TryLater

CURSOR = "1900000000000000000"


def test_a_key_that_works_names_its_account():
    me = drive(who_am_i(LUMEN), [answer(200, {"data": {"id": "1000", "username": "Lumen", "name": "Lumen Ltd"}})])
    assert (me.learned.id, me.learned.handle, me.learned.name) == ("1000", "Lumen", "Lumen Ltd")
    assert me.asked[0].token == "user"


@pytest.mark.parametrize("said", [b"<html>", {}, {"data": {"id": "1000"}}, {"data": {"id": 1, "username": "x"}}])
def test_an_answer_that_names_nobody_links_nothing(said):
    assert isinstance(drive(who_am_i(LUMEN), [answer(200, said)]).error, TryLater)


def mentions(*ids, next_token=None):
    meta = {"result_count": len(ids)} | ({"newest_id": ids[0], "oldest_id": ids[-1]} if ids else {})
    meta |= {"next_token": next_token} if next_token else {}
    return answer(200, {"meta": meta} | ({"data": [{"id": each} for each in ids]} if ids else {}))


def poll(ear, cursor, *answers, account=LUMEN):
    return drive(POLLS[ear](account, cursor), answers)


def test_the_first_poll_takes_the_newest_page_and_no_more():
    given = mentions("30", "20", next_token="p2")
    told = poll("mentions", "", given)
    assert (told.learned.frames, told.learned.cursor) == ([given.body], "30")
    assert "since_id" not in told.asked[0].params


def test_mentions_are_read_again_from_half_a_minute_before_the_cursor():
    told = poll("mentions", CURSOR, mentions())
    since = int(told.asked[0].params["since_id"])
    assert (int(CURSOR) >> 22) - (since >> 22) == OVERLAP_MS


def test_a_poll_that_brings_nothing_leaves_the_cursor_where_it_was():
    told = poll("mentions", CURSOR, mentions())
    assert (told.learned.frames, told.learned.cursor) == ([], CURSOR)


def test_the_overlap_never_moves_the_cursor_back():
    assert poll("mentions", CURSOR, mentions(str(int(CURSOR) - 5))).learned.cursor == CURSOR


def test_turning_the_page_keeps_where_the_poll_began():
    pages = [mentions(f"{CURSOR[:-1]}9", next_token="p2"), mentions(f"{CURSOR[:-1]}8", next_token="p3")]
    pages.append(mentions(f"{CURSOR[:-1]}7"))
    told = poll("mentions", CURSOR, *pages)
    assert len({request.params["since_id"] for request in told.asked}) == 1
    assert [request.params.get("pagination_token") for request in told.asked] == [None, "p2", "p3"]
    assert told.learned.frames == [given.body for given in reversed(pages)]
    assert told.learned.cursor == f"{CURSOR[:-1]}9"


def test_a_page_whose_posts_are_all_withheld_does_not_end_the_poll():
    told = poll("mentions", CURSOR, mentions(next_token="p2"), mentions(f"{CURSOR[:-1]}7"))
    assert told.learned.cursor == f"{CURSOR[:-1]}7"


@pytest.mark.parametrize("ear", ["mentions", "messages"])
@pytest.mark.parametrize("trouble", [answer(503), answer(429), answer(200, b"<html>"), answer(200, {})])
def test_trouble_on_the_second_page_gives_up_the_whole_poll(ear, trouble):
    told = poll(ear, CURSOR, mentions(f"{CURSOR[:-1]}9", next_token="p2"), trouble)
    assert isinstance(told.error, TryLater)
    assert told.learned is None


@pytest.mark.parametrize("ear", ["mentions", "messages"])
def test_a_poll_does_not_turn_pages_for_ever(ear):
    given = mentions(f"{CURSOR[:-1]}9", next_token="again")
    assert len(poll(ear, CURSOR, *[given] * MOST_PAGES).asked) == MOST_PAGES


@pytest.mark.parametrize("ear", ["mentions", "messages"])
def test_a_poll_that_had_to_stop_says_of_which_time_it_knows_not_all(ear):
    before, oldest, newest = (snowflake(timedelta(minutes=minutes)) for minutes in (60, 20, 10))
    told = poll(ear, before, *[mentions(newest, oldest, next_token="again")] * MOST_PAGES)
    since, until = told.learned.beyond
    assert (since, until) == (NOW - timedelta(minutes=60), NOW - timedelta(minutes=20))
    assert poll(ear, before, mentions(newest)).learned.beyond is None
    assert poll(ear, "", mentions(newest, next_token="more")).learned.beyond is None


def test_ids_are_compared_as_numbers():
    assert poll("mentions", "", mentions("999", "1000")).learned.cursor == "1000"


def test_private_messages_are_read_up_to_the_cursor():
    pages = [mentions("140", "130", next_token="p2"), mentions("120", "100", next_token="p3")]
    told = poll("messages", "100", *pages)
    assert told.learned.cursor == "140"
    assert told.learned.frames == [given.body for given in reversed(pages)]
    assert "since_id" not in told.asked[0].params


def test_private_messages_that_are_all_known_bring_nothing():
    told = poll("messages", "140", mentions("140", "130", next_token="p2"))
    assert (told.learned.frames, told.learned.cursor) == ([], "140")


@pytest.mark.parametrize("ear", ["mentions", "messages"])
def test_after_a_first_poll_without_anything_the_second_begins_a_little_before_it(ear):
    told = poll(ear, "", mentions())
    assert (told.learned.frames, told.learned.cursor) == ([], snowflake(timedelta(minutes=5)))
