"""What X's answers mean for the caller, each error named by what to do next."""

from datetime import timedelta

import msgspec
import pytest

from connectors.driving import LUMEN, NOW, answer, drive
from earful.connectors.x import listening
from earful.connectors.x.outcomes import (
    BACK_OFF,
    CREDIT_CHECK,
    LONGEST_WAIT,
    body,
    failure,
    reset_at,
    understood,
)
from earful.connectors.x.sending import send
from earful.core.connector import (
    ByHand,
    Duplicate,
    LostAccess,
    NoAnswer,
    Outgoing,
    OutOfCredit,
    Refused,
    Sent,
    Shut,
    Stale,
    TryLater,
    Unsure,
)

REPLY = Outgoing("We are on it.", reply_to="1900000000000004037")
MESSAGE = Outgoing("Your number, please?", private=True, recipient="2200000000")
PROBLEMS = "https://api.twitter.com/2/problems/"


def sent(given, outgoing=REPLY):
    """How sending ends when X answers so."""
    return drive(send(LUMEN, outgoing), [given])


def asked(given):
    """How a mere question ends when X answers so."""
    return drive(listening.who_am_i(LUMEN), [given]).error


def problem(status, detail="", kind="about:blank", title="Problem", **headers):
    return answer(status, {"type": kind, "title": title, "detail": detail, "status": status}, **headers)


def test_a_post_is_sent_when_x_names_it():
    told = sent(answer(201, {"data": {"id": "1900000000000005000", "text": "We are on it."}}))
    assert told.learned == Sent("1900000000000005000", "https://x.example/Lumen/status/1900000000000005000")


@pytest.mark.parametrize("status", [400, 401, 403, 404])
@pytest.mark.parametrize("page", [b"<html>You have been blocked</html>", b"\xef\xbb\xbf\n<!DOCTYPE html>"], ids=str)
def test_a_page_in_xs_place_says_nothing_of_our_access_or_of_whom_we_write_to(status, page):
    assert type(asked(answer(status, page))) is TryLater
    assert type(sent(answer(status, page)).error) is Unsure
    assert type(sent(answer(status, page), MESSAGE).error) is Unsure


def test_a_private_message_is_sent_when_x_names_it_and_has_no_public_address():
    told = sent(answer(201, {"data": {"dm_conversation_id": "1000-2200000000", "dm_event_id": "77"}}), MESSAGE)
    assert told.learned == Sent("dm-77", "")


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize(
    "said",
    [
        None,
        b"<html>ok</html>",
        {},
        {"data": None},
        {"data": []},
        {"data": {"id": 5}},
        {"data": {"id": "../1"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("outgoing", [REPLY, MESSAGE], ids=["public", "private"])
def test_a_yes_that_does_not_name_the_post_leaves_us_unsure(status, said, outgoing):
    assert type(sent(answer(status, said), outgoing).error) is Unsure


def test_a_request_that_x_finds_wrong_is_refused_in_its_own_words():
    error = sent(problem(400, "Your text is too long.")).error
    assert type(error) is Refused
    assert error.reason == "Your text is too long."


def test_an_access_that_x_no_longer_knows_is_to_be_linked_again():
    assert type(sent(problem(401, "Unauthorized")).error) is LostAccess
    assert type(asked(problem(401, "Unauthorized"))) is LostAccess


def test_spent_credit_stops_the_channel_and_is_looked_at_later():
    error = sent(answer(402, {"title": "CreditsDepleted"})).error
    assert type(error) is OutOfCredit
    assert error.at == NOW + CREDIT_CHECK


@pytest.mark.parametrize(
    ("detail", "kind", "meant"),
    [
        ("You are not allowed to create a Tweet with duplicate content.", "about:blank", Duplicate),
        ("The author of this post has not mentioned you.", "about:blank", ByHand),
        ("Reply refused: the replying account was not summoned.", "about:blank", ByHand),
        ("You can only reply to posts that mention or quote you.", "about:blank", ByHand),
        ("You are not permitted to reply to this conversation.", "about:blank", ByHand),
        ("Authenticating with App-only is forbidden.", f"{PROBLEMS}unsupported-authentication", LostAccess),
        ("", f"{PROBLEMS}oauth1-permissions", LostAccess),
        ("", f"{PROBLEMS}client-forbidden", LostAccess),
        ("You cannot send messages to this user.", "about:blank", Shut),
        ("This person does not accept a Direct Message from you.", "about:blank", Shut),
        ("You have been blocked from the author of this Post.", "about:blank", Shut),
        ("A new sentence that nobody has seen before.", "about:blank", Refused),
        ("", "about:blank", Refused),
    ],
)
def test_a_403_is_told_apart_by_its_words(detail, kind, meant):
    assert type(sent(problem(403, detail, kind)).error) is meant


@pytest.mark.parametrize("outgoing", [REPLY, MESSAGE], ids=["public", "private"])
def test_files_that_x_does_not_have_any_more_are_handed_over_again(outgoing):
    told = {"errors": [{"message": "Your media IDs are invalid."}], "type": f"{PROBLEMS}invalid-request"}
    said = {**told, "detail": "One or more parameters to your request was invalid."}
    assert type(sent(answer(400, said), outgoing).error) is Stale


def test_what_is_wrong_with_a_request_is_told_from_among_the_errors():
    told = {
        "errors": [{"message": "A post needs text"}],
        "type": f"{PROBLEMS}invalid-request",
        "detail": "One or more.",
    }
    assert sent(answer(400, told)).error.reason == "A post needs text"


def test_an_unknown_403_is_shown_in_xs_own_sentence():
    assert sent(problem(403, "The moon is full.")).error.reason == "X refused: The moon is full."


def test_a_403_without_words_is_refused_all_the_same():
    assert type(sent(answer(403, b"")).error) is Refused


def test_an_admin_in_a_sentence_is_no_private_message():
    error = sent(problem(403, "Ask your admin to allow this.")).error
    assert error.reason == "X refused: Ask your admin to allow this."


def test_what_x_cannot_find_is_refused():
    assert type(sent(problem(404, "Not found")).error) is Refused


def reset(**headers):
    return sent(problem(429, "Too Many Requests", **headers)).error.at


def epoch(moment):
    return str(int(moment.timestamp()))


def test_a_rate_limit_opens_when_the_header_says_and_a_second_later():
    window = NOW + timedelta(minutes=9)
    assert reset(x_rate_limit_reset=epoch(window)) == window + timedelta(seconds=1)


@pytest.mark.parametrize("header", [None, "", "soon", "1e9", "nan", "9" * 30, "9" * 5000, "-" + "9" * 30])
def test_a_rate_limit_without_a_sensible_header_means_our_own_back_off(header):
    headers = {} if header is None else {"x-rate-limit-reset": header}
    assert reset_at(answer(429, **headers)) == NOW + BACK_OFF


def test_a_reset_that_is_over_means_in_a_second():
    assert reset(x_rate_limit_reset=epoch(NOW - timedelta(hours=1))) == NOW + timedelta(seconds=1)


def test_a_reset_in_the_far_future_is_a_clock_gone_wrong():
    assert reset(x_rate_limit_reset=epoch(NOW + timedelta(days=400))) == NOW + LONGEST_WAIT


def test_a_used_up_cap_is_no_rate_limit_whatever_its_headers_say():
    window = epoch(NOW + timedelta(minutes=1))
    error = sent(problem(429, "Usage cap exceeded", f"{PROBLEMS}usage-capped", x_rate_limit_reset=window)).error
    assert type(error) is OutOfCredit
    assert error.at == NOW + CREDIT_CHECK


def test_the_older_form_of_a_rate_limit_is_understood():
    error = sent(answer(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]})).error
    assert type(error) is TryLater
    assert error.reason == "Rate limit exceeded"


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520])
def test_trouble_at_x_leaves_us_unsure_of_what_we_sent_but_not_of_what_we_asked(status):
    assert type(sent(answer(status, b"<html>Bad gateway</html>")).error) is Unsure
    error = asked(answer(status, b"<html>Bad gateway</html>"))
    assert type(error) is TryLater
    assert error.at == NOW + BACK_OFF


@pytest.mark.parametrize("outgoing", [REPLY, MESSAGE], ids=["public", "private"])
def test_an_answer_lost_before_the_request_left_means_later(outgoing):
    assert type(sent(NoAnswer("no connection", left=False), outgoing).error) is TryLater


@pytest.mark.parametrize("outgoing", [REPLY, MESSAGE], ids=["public", "private"])
def test_an_answer_lost_after_the_request_left_leaves_us_unsure(outgoing):
    assert type(sent(NoAnswer("no answer in time", left=True), outgoing).error) is Unsure


@pytest.mark.parametrize("status", [301, 307, 418])
def test_any_other_answer_is_refused_and_never_passes_for_done(status):
    assert type(sent(answer(status, b"")).error) is Refused


def test_an_error_keeps_what_x_said_but_not_more_than_is_of_use():
    assert len(failure(answer(400, b"x" * 100_000), safe=False).raw) == 2_000


@pytest.mark.parametrize("said", [b"", b"null", b"[1]", b"\xff", b"{", b"[" * 100_000])
def test_an_answer_that_is_no_object_is_an_empty_one(said):
    assert body(answer(200, said)) == {}


@pytest.mark.parametrize("said", [b"", b"null", b"<html>", b'{"data": 5}', b"\xff", b"[" * 100_000])
def test_an_answer_that_was_not_understood_is_asked_for_again(said):
    with pytest.raises(TryLater) as error:
        understood(answer(200, said), _Named)
    assert error.value.at == NOW + BACK_OFF


class _Named(msgspec.Struct):
    data: dict[str, str]
