"""What a post is judged to be: each sign fires on what it means, and is silent on what only looks like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.core.triage import judge, points_of
from earful.core.triage.verdict import MOST_POINTS, READ_AT_MOST, signals

MEANT = {
    "last_resort": [
        "@Lumen this is the third time I am asking about my line",
        "I have called you 6 times and nobody calls back",
        "Been on hold for 50 minutes, then they hung up",
        "Two weeks and still no reply from your team",
        "You keep ignoring my emails, how many more times",
    ],
    "danger": [
        "The router you sent is smoking and there is a burning smell",
        "My mum relies on a panic alarm and the line is gone",
        "Your cable is hanging across the road outside no 12",
        "We could not call 999 last night because of you",
        "the charger burnt my hand",
    ],
    "vulnerable": [
        "My elderly neighbour cannot reach anybody",
        "She needs the line for her hearing aid support",
        "My mum is 84 and alone in the house",
        "I'm her carer and need the phone",
    ],
    "deadline": [
        "My flight is in 40 minutes and the ticket will not load",
        "Exam tomorrow and I have nothing to study with",
        "Stranded in Porto with a dead SIM",
        "please, this is urgent",
        "I need this fixed by Monday",
    ],
    "outage": [
        "Internet has been down since 6 am in Leeds",
        "no signal in Bristol at all",
        "The app keeps crashing when I open my bill",
        "can't log in to my account",
        "is anyone else's wifi down?",
    ],
    "money": [
        "You charged me twice this month",
        "Where is my refund?",
        "you took £45 that I never agreed to",
        "I want my money back",
    ],
    "account_taken": [
        "I think my account was hacked",
        "Somebody has logged into my account from Spain",
        "I never authorised that payment",
        "is this text from you or is it a scam?",
    ],
    "legal_press": [
        "My solicitor will write to you on Monday",
        "See you in court",
        "I am going to the press with this",
        "reporting you to the ombudsman",
    ],
    "leaving": [
        "Cancel my contract please",
        "Switching to another provider after this",
        "I've had enough, closing my account",
        "how do I cancel?",
    ],
    "anger": [
        "Absolutely appalling service",
        "what a joke you are",
        "This is unacceptable",
        "so frustrated with all this",
    ],
    "praise": [
        "Big shout-out to your engineer Ravi",
        "Thank you so much, brilliant help today",
        "your support team was amazing",
    ],
    "idea": [
        "You should add a dark mode",
        "would be great if the app showed the queue",
        "any plans to support eSIM on tablets?",
    ],
    "spam": [
        "CONGRATULATION customer!! You are chosen for FREE phone, claim before midnight",
        "Earn £500 per day from your sofa",
        "Double your bitcoin in 24 hours, dm me to invest",
        "follow for follow anyone?",
        "claim your airdrop before it ends",
        "buy cheap followers now",
    ],
}

LOOKS_LIKE = {
    "last_resort": [
        "Second half starts in ten minutes",
        "first time here, lovely place",
        "hold the front page",
    ],
    "danger": [
        "The new album is pure fire",
        "a burning question about roaming",
        "my order number is 999",
        "112 mbps down, nice",
        "what a spark in that team",
        "calories to burn",
    ],
    "vulnerable": [
        "the best mum jokes of the year",
        "I work from home",
        "is there a deaf-friendly way to write to you?",
    ],
    "deadline": [
        "the wedding was lovely",
        "I will be at the airport shop next year",
        "see you tomorrow",
        "I work from home most days",
    ],
    "outage": [
        "please slow down your adverts",
        "your team is so down to earth",
        "I will sit down for a coffee",
        "counting down to the launch",
        "the price went down, thanks",
    ],
    "money": [
        "it took 3 days to arrive",
        "who is in charge of the shop in Leeds?",
        "my phone charged in an hour",
        "the match was worth every penny",
    ],
    "account_taken": [
        "a life hack for cables",
        "can somebody else use my ticket?",
        "how do I change my password?",
    ],
    "legal_press": [
        "the tennis court has no coverage map",
        "Sue from the shop was kind",
        "press the button to restart?",
        "I pursue a degree",
    ],
    "leaving": [
        "leaving for work, talk later",
        "how do I switch to dark mode?",
        "the engineer cancelled my appointment",
        "we said goodbye to the old router",
    ],
    "anger": ["tell me a joke", "what day is rubbish collected?", "worsted wool is in the shop"],
    "praise": ["is it great outside?", "thank me later", "the best before date has passed"],
    "idea": ["I have no idea", "should I add the SIM first?", "good if you like that"],
    "spam": [
        "please follow back so that I can send you a private message",
        "my promo code is not accepted",
        "did I win your giveaway?",
        "AirDrop is not working since the update",
        "you promised a free iPhone with this plan",
        "my crypto trading account is locked",
        "recovered my account thanks to your team",
        "check out my page, it shows an error",
        "the casino night is this Friday, will there be trams?",
        "I earn too little to pay this bill",
    ],
}


def pairs(table):
    return [pytest.param(name, text, id=f"{name}-{text[:40]}") for name, texts in table.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), pairs(MEANT))
def test_a_sign_fires_on_what_it_means(name, text):
    assert name in judge(text).signals


@pytest.mark.parametrize(("name", "text"), pairs(LOOKS_LIKE))
def test_a_sign_is_silent_on_what_only_looks_like_it(name, text):
    assert name not in judge(text).signals


def test_every_sign_has_its_examples():
    assert set(MEANT) == set(LOOKS_LIKE) == {signal.name for signal in signals()}


@pytest.mark.parametrize("text", [text for name, texts in MEANT.items() if name != "spam" for text in texts])
def test_no_customer_in_need_is_taken_for_spam(text):
    assert not judge(text).spam


@pytest.mark.parametrize("text", MEANT["spam"])
def test_spam_is_not_urgent_whatever_else_it_says(text):
    verdict = judge(f"{text} urgent!! danger, call 999")
    assert verdict.spam
    assert verdict.points == 0


def test_the_strongest_sign_says_what_is_wanted():
    assert judge("Thank you so much for nothing: the internet is down again").intent == "complaint"
    assert judge("Thank you so much for the quick help").intent == "praise"
    assert judge("You should add a dark mode").intent == "suggestion"


@pytest.mark.parametrize("text", ["How do I change my number?", "which shops are open on Sunday", "open today?"])
def test_a_plain_question_is_a_question(text):
    assert judge(text).intent == "question"


def test_words_without_a_sign_are_neither_urgent_nor_wanted():
    verdict = judge("Morning all")
    assert (verdict.intent, verdict.points, verdict.signals, verdict.spam) == ("other", 0, (), False)


def test_capitals_and_curly_apostrophes_make_no_difference():
    assert judge("IT ISN’T WORKING").signals == judge("it isn't working").signals == ("outage",)


def test_reasons_are_words_for_people_and_add_up():
    verdict = judge("The router is smoking and I have called you 5 times")
    assert verdict.reasons == (("has tried before", 20), ("danger to people or property", 45))
    assert verdict.points == MOST_POINTS


def test_stored_signs_are_told_in_todays_words_and_forgotten_ones_left_out():
    assert points_of(["outage", "long gone", "anger"]) == [("service is down", 14), ("angry words", 8)]


@given(st.text(max_size=400))
def test_any_text_gets_a_verdict(text):
    verdict = judge(text)
    assert 0 <= verdict.points <= MOST_POINTS
    assert verdict.spam == ("spam" in verdict.signals)


@given(st.text(st.characters(categories=["Cs", "Cc", "Lu"]), max_size=60))
def test_half_characters_and_controls_get_a_verdict(text):
    judge(text)


@pytest.mark.parametrize(
    "text",
    [
        "been on hold " * 50_000,
        "waiting " * 100_000 + "on hold",
        "my mum " * 100_000,
        "a" * 1_000_000,
        "\U0001f469‍" * 300_000,
        "check out my page " + "x " * 400_000,
    ],
    ids=["holds", "waits", "mums", "one word", "joined emoji", "open end"],
)
def test_a_hostile_text_takes_no_longer_than_a_long_one(text):
    judge("warm up")
    begun = time.process_time()
    for _ in range(20):
        judge(text)
    assert time.process_time() - begun < 1.0


def test_what_stands_beyond_the_first_two_thousand_characters_is_not_read():
    assert judge("a " * (READ_AT_MOST // 2) + "hacked").signals == ()
