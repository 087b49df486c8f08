"""The crowd: the same for a seed, lively at once, never a parrot, and listening."""

import json
import re
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.sandbox.crowd import Crowd, Move, Reply

KINDS = {"post", "reply", "message", "repost", "delete", "edit", "quote"}
RUDE = {"idiot", "stupid", "moron", "damn", "hell", "crap", "shut up", "hate you", "kill", "ugly", "bloody"}
REAL_COMPANIES = {
    "google",
    "apple",
    "netflix",
    "amazon",
    "vodafone",
    "sky",
    "virgin",
    "bt",
    "iphone",
    "whatsapp",
}


def play(crowd: Crowd, until: float, step: float = 5.0, after: float = 0.0) -> list[Move]:
    """Everything that happens when nobody answers."""
    times = [after + step * n for n in range(1, int((until - after) / step) + 1)]
    return [move for now in times for move in crowd.moves(now, [])]


@cache
def unanswered(seed: int = 1, until: int = 18000) -> tuple[Move, ...]:
    return tuple(play(Crowd(seed), until))


@cache
def answered(seed: int = 1, until: int = 18000) -> tuple[Move, ...]:
    """Everything that happens when the brand answers every second person with one of a few sentences."""
    crowd, said, replies = Crowd(seed), list[Move](), list[Reply]()
    for now in range(5, until, 5):
        fresh = crowd.moves(now, replies)
        replies = [answer(move, now) for move in fresh if sum(move.key.encode()) % 2]
        said += fresh
    return tuple(said)


SENTENCES = (
    "Sorry about that!",
    "Could you send us a private message?",
    "Which light is on?",
    "This should be fixed now.",
    "Please restart the router.",
    "We'll call you today.",
    "Noted.",
)


def answer(move: Move, now: float) -> Reply:
    number = sum(move.key.encode())
    private = move.kind == "message"
    return Reply(f"9{number}", f"key:{move.key}", move.handle, SENTENCES[number % 7], now, private)


def reply_to(move: Move, text: str, at: float, private: bool = False) -> Reply:
    return Reply("777", "1234567", move.handle, text, at, private)


def first_by(handle: str, crowd: Crowd) -> tuple[Move, float]:
    now = 0.0
    while True:
        now += 1
        for move in crowd.moves(now, []):
            if move.handle == handle:
                return move, now


def comebacks(handle: str, text: str, seed: int = 1, wait: float = 40) -> list[Move]:
    """What the person says within so many seconds of hearing this from the brand."""
    crowd = Crowd(seed)
    move, now = first_by(handle, crowd)
    heard = crowd.moves(now + wait, [reply_to(move, text, now)])
    return [later for later in heard if later.key.startswith(f"{move.key}.")]


def test_the_same_seed_tells_the_same_story() -> None:
    assert play(Crowd(7), 900) == play(Crowd(7), 900)


def test_another_seed_tells_it_at_another_pace() -> None:
    assert play(Crowd(7), 900) != play(Crowd(8), 900)


def test_it_makes_no_difference_how_often_the_crowd_is_asked() -> None:
    assert play(Crowd(3), 5000, step=0.5) == Crowd(3).moves(5000, [])


def test_keys_are_unique() -> None:
    for said in (unanswered(), answered()):
        assert [key for key, times in Counter(move.key for move in said).items() if times > 1] == []


def test_moves_come_in_the_order_of_time() -> None:
    assert all(one.at <= two.at for one, two in pairwise(answered()))


def test_what_is_referred_to_has_happened_before() -> None:
    known: set[str] = set()
    for move in answered():
        if move.reply_to.startswith("key:"):
            assert move.reply_to.removeprefix("key:") in known
        known.add(move.key)


def test_everybody_who_speaks_is_in_the_cast() -> None:
    handles = {person.handle for person in Crowd().people}
    assert {move.handle for move in answered()} <= handles
    assert len(handles) >= 60


@given(stop=st.integers(1, 5000), seed=st.integers(1, 5))
@settings(max_examples=12, deadline=None)
def test_a_restart_goes_on_where_it_was(stop: int, seed: int) -> None:
    crowd = Crowd(seed)
    crowd.moves(stop, [])
    again = Crowd.restore(json.loads(json.dumps(crowd.state())))
    assert again.state() == crowd.state()
    assert again.moves(stop + 1500, []) == crowd.moves(stop + 1500, [])


def test_a_restart_does_not_forget_whom_the_brand_answered() -> None:
    crowd = Crowd()
    move, now = first_by("grumpy_ted_58", crowd)
    crowd.moves(now + 1, [reply_to(move, "Which day was that?", now)])
    again = Crowd.restore(json.loads(json.dumps(crowd.state())))
    assert f"{move.key}.1" in {later.key for later in again.moves(now + 60, [])}


@pytest.mark.parametrize("said", [unanswered, answered])
def test_no_text_is_longer_than_a_post(said) -> None:
    assert max(len(move.text) for move in said()) <= 280


@pytest.mark.parametrize("said", [unanswered, answered])
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_said_twice_in_the_first_two_thousand_moves(said, seed: int) -> None:
    moves = said(seed)[:2000]
    texts = Counter(move.text for move in moves if move.text)
    assert len(moves) == 2000
    assert [text for text, times in texts.items() if times > 1] == []


def test_only_reposts_and_deletions_say_nothing() -> None:
    assert {move.kind for move in answered() if not move.text} == {"repost", "delete"}


def test_no_slot_is_left_open() -> None:
    assert [move.text for move in answered() if "{" in move.text or "  " in move.text] == []


def test_nobody_is_rude_and_nobody_names_a_real_company() -> None:
    for move in (*unanswered(), *answered()):
        words = f" {' '.join(''.join(c if c.isalnum() else ' ' for c in move.text.casefold()).split())} "
        assert [word for word in RUDE | REAL_COMPANIES if f" {word} " in words] == [], move.text


def test_account_telephone_numbers_are_those_kept_free_for_drama() -> None:
    for move in answered():
        assert move.text.count("07700") == move.text.count("07700 900")


def test_another_brand_is_called_by_its_own_name() -> None:
    said = play(Crowd(brand="OtherCare"), 600)
    assert not [move for move in said if "@LumenHelp " in move.text]
    assert [move for move in said if "@OtherCare" in move.text]


# The first minutes


def test_a_stranger_sees_in_the_first_minute_what_a_desk_is_for() -> None:
    minute = [move for move in unanswered() if move.at <= 60]
    text = "\n".join(move.text for move in minute)
    people = {person.handle: person for person in Crowd().people}
    assert "third time I write" in text
    assert "called twice" in text
    assert "Priya at @LumenHelp" in text
    assert "CONGRATULATION" in text
    assert max(people[move.handle].followers for move in minute) > 50_000
    assert sum("LS6" in move.text for move in minute) >= 2
    assert "Do I order broadband at the new place first" in text


def test_each_kind_of_move_occurs_in_the_first_ten_minutes() -> None:
    assert {move.kind for move in unanswered() if move.at <= 600} == KINDS


@pytest.mark.parametrize(("start", "end"), [(0, 300), (300, 2400), (2400, 18000)])
def test_somebody_speaks_every_few_seconds(start: int, end: int) -> None:
    said = [move for move in unanswered() if start < move.at <= end]
    assert 2.5 <= (end - start) / len(said) <= 13


def test_there_is_never_a_minute_of_silence() -> None:
    assert max(two.at - one.at for one, two in pairwise(unanswered())) < 60


def test_the_outage_in_leeds_grows_to_about_fourteen_people_and_fades() -> None:
    def complaining(until: float) -> set[str]:
        lines = ("leeds-", "script-002", "script-006", "script-010")
        return {move.handle for move in unanswered() if move.key.startswith(lines) and move.at <= until}

    assert len(complaining(30)) == 1
    assert 4 <= len(complaining(90)) <= 8
    assert 13 <= len(complaining(185)) <= 16
    assert len(complaining(3600)) <= 18


def test_the_script_lasts_about_forty_minutes_and_then_it_goes_on() -> None:
    openings = [move for move in unanswered() if move.key.startswith("script-") and "." not in move.key]
    assert sum(move.kind in ("post", "message") for move in openings) >= 120
    assert 2000 <= openings[-1].at <= 2700
    assert unanswered()[-1].at > 17_900


def test_some_people_speak_of_the_brand_without_naming_its_handle() -> None:
    assert [move for move in unanswered() if "lumen" in move.text.lower() and "@" not in move.text]


def test_small_outages_come_again_elsewhere() -> None:
    waves = Counter(move.key.split("-")[1] for move in unanswered() if move.key.startswith("wave-"))
    assert len(waves) >= 5
    assert min(list(waves.values())[:5]) >= 7


# Coming back


def test_whoever_is_not_answered_nags_and_at_last_threatens_to_leave() -> None:
    nags = [move for move in unanswered() if move.key.startswith("script-001.")]
    assert len(nags) == 3
    assert nags[0].at < 75


def test_nobody_comes_back_more_than_three_times() -> None:
    for said in (unanswered(), answered()):
        turns = Counter(move.key.split(".")[0] for move in said if "." in move.key)
        assert max(turns.values()) <= 3


def test_bots_and_happy_people_never_nag() -> None:
    bots = {"LumenPrizes4U", "followfred_fb", "kaz_coins_77"}
    assert not [move for move in unanswered() if move.handle in bots and "." in move.key]
    assert not [move for move in unanswered() if move.key.startswith("script-003.")]


def test_nobody_asks_twice_about_an_outage_that_is_soon_over() -> None:
    assert not [move for move in unanswered() if move.key.startswith(("leeds", "wave")) and move.key.endswith(".2")]


def test_people_stand_by_the_references_they_gave() -> None:
    references: dict[str, set[str]] = {}
    for move in answered():
        references.setdefault(move.key.split(".")[0], set()).update(re.findall(r"LM-\d{5}", move.text.upper()))
    assert [found for found in references.values() if len(found) > 1] == []


def test_an_answer_is_answered_to_the_brands_own_post() -> None:
    (said,) = comebacks("grumpy_ted_58", "Which day was that?")
    assert (said.kind, said.reply_to) == ("reply", "777")


def test_an_answer_stops_the_nagging() -> None:
    crowd = Crowd()
    move, now = first_by("TriciaNettle", crowd)
    heard = crowd.moves(now + 58, [reply_to(move, "We'll call you within the hour.", now + 1)])
    assert [later.key for later in heard if later.key.startswith(move.key)] == [f"{move.key}.1"]


def test_a_private_message_brings_account_numbers_in_private() -> None:
    said = [m for seed in range(1, 9) for m in comebacks("VikramSohal_", "Please send us a DM", seed)]
    private = [move for move in said if move.kind == "message"]
    assert len(private) > len(said) / 2
    assert all("LM" in move.text and not move.reply_to for move in private)


def test_a_private_answer_is_answered_in_private() -> None:
    crowd = Crowd()
    move, now = first_by("TriciaNettle", crowd)
    heard = crowd.moves(now + 40, [reply_to(move, "Which line is it?", now, private=True)])
    assert [m.kind for m in heard if m.key.startswith(f"{move.key}.")] == ["message"]


def test_being_told_that_it_is_fixed_ends_it_for_some_and_not_for_others() -> None:
    said = [m for seed in range(1, 13) for m in comebacks("dan_thwaite", "It's fixed now", seed, wait=36)]
    still = [m for m in said if any(word in m.text for word in ("Still", "Not back", "second fault"))]
    assert 0 < len(still) < len(said)


@pytest.mark.parametrize(
    ("handle", "word"),
    [("MargauxLefebre", "éférence"), ("JonasKettler", "Konto"), ("lucia_azahar", "cuenta")],
)
def test_people_come_back_in_their_own_language(handle: str, word: str) -> None:
    asked = "Could you tell us more? What is your full name?" if handle != "MargauxLefebre" else "Une question ?"
    said = [move for seed in range(1, 9) for move in comebacks(handle, asked, seed)]
    assert [move.text for move in said if word in move.text]
    assert not [move.text for move in said if "account" in move.text.lower()]


def test_comebacks_name_the_brand_mostly_but_not_always() -> None:
    said = [m for m in answered() if "." in m.key and m.kind == "reply"]
    share = sum("@LumenHelp" in move.text for move in said) / len(said)
    assert 0.65 < share < 0.9


def test_two_answers_at_once_are_answered_once() -> None:
    crowd = Crowd()
    move, now = first_by("grumpy_ted_58", crowd)
    parts = [reply_to(move, "Sorry! (1/2)", now), reply_to(move, "We'll call you. (2/2)", now + 2)]
    heard = crowd.moves(now + 50, parts)
    assert [m.key for m in heard if m.key.startswith(f"{move.key}.")] == [f"{move.key}.1"]


def test_an_answer_to_a_stranger_or_to_a_bot_leaves_the_crowd_as_it_was() -> None:
    crowd = Crowd()
    crowd.moves(25, [])
    strangers = [
        Reply("1", "5", "nobody_here", "Hello?", 25, False),
        Reply("2", "6", "LumenPrizes4U", "Stop?", 25, False),
    ]
    assert crowd.moves(600, strangers) == [move for move in Crowd().moves(600, []) if move.at > 25]


def test_an_answer_timed_by_another_clock_is_still_answered() -> None:
    crowd = Crowd()
    move, now = first_by("grumpy_ted_58", crowd)
    crowd.moves(now + 1, [reply_to(move, "Which day?", 1.7e9)])
    assert f"{move.key}.1" in {later.key for later in crowd.moves(now + 60, [])}


def test_who_deletes_a_post_no_longer_waits_for_an_answer() -> None:
    gone = {move.reply_to.removeprefix("key:"): move.at for move in unanswered() if move.kind == "delete"}
    assert gone
    later = [move for move in unanswered() if move.key.split(".")[0] in gone and "." in move.key]
    assert not [move for move in later if move.at > gone[move.key.split(".")[0]]]
