"""Topics by word lists: each is found by its words, says which, and is silent where they mean something else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.core.text import fold, words
from earful.core.triage.heads import REASONS
from earful.core.triage.reasons import LEAST_SURE, listed, reason_of, weighed, with_words
from earful.core.triage.topics import (
    LONGEST_WORD,
    MOST_TOPICS,
    MOST_WORDS,
    Topic,
    Topics,
    TopicsError,
    mistake,
    read_topics,
    readable,
    shipped,
)

# One post that a topic must know by its words, and one with such a word in another sense, which it must not lead.
CASES = {
    "outage": ("No internet in the whole street since noon", "I need a power adapter for my trip"),
    "quality": ("the stream keeps buffering every evening", "what a slow Sunday, lovely"),
    "defect": ("The kettle stopped working after a week", "Broke my own phone screen, my fault, any advice?"),
    "app": ("your app keeps crashing on the second page", "I will appear at the shop at ten"),
    "account": ("I forgot my password and the reset link never works", "please take that into account"),
    "hacked": ("somebody logged in as me, I was hacked", "nice life hack in your newsletter"),
    "privacy": ("Under GDPR I want you to delete my data", "is there a data plan with more gigabytes"),
    "billing": ("You charged me twice this month", "it takes ages until it is charged to full"),
    "payment": ("my card was declined three times at your till", "paying attention to detail, well done"),
    "refund": ("Three weeks and still no refund", "a fun day out, thanks"),
    "price": ("another price increase, you are overpriced", "first prize for your float"),
    "contract": ("I want to cancel my subscription, what is the notice period", "a contractor blocked our drive"),
    "order": ("order number 4411, can I change my order", "in order to see it I had to stand up"),
    "delivery": ("where is my parcel, tracking says delivered", "the liver pate was lovely"),
    "wrong_item": ("you sent the wrong size", "something went wrong in my garden today"),
    "return": ("how do I print the return label", "I shall return in spring"),
    "availability": ("will the blue ones be back in stock", "a stocky man served us"),
    "booking": ("my booking reference is not found, I booked two rooms", "great book about trains"),
    "delay": ("two hours late and still sitting on the plane", "relay race was fun"),
    "cancelled": ("my flight was cancelled at the gate", "cancer charity run, well done all"),
    "baggage": ("my suitcase never came out on the carousel", "in the bargain corner"),
    "comfort": ("no legroom and the seat was broken", "he was seated as a judge"),
    "queue": ("standing in line for an hour, one till open", "online is fine for me"),
    "staff": ("the rudest gate agent, rolled her eyes at us", "the crude oil price"),
    "contact": ("on hold for an hour, nobody answers", "hold my hand, what a film"),
    "information": ("where is the user manual, and is it compatible with mine", "that sounds good"),
    "safety": ("the charger caught fire next to my bed", "you guys are on fire today, love it"),
    "accessibility": ("no step free access for my wheelchair", "the wheel came off"),
}


@pytest.mark.parametrize("topic", CASES)
def test_a_topic_leads_in_a_post_that_says_its_words(topic):
    assert shipped().find(CASES[topic][0])[0].topic == topic


@pytest.mark.parametrize("topic", CASES)
def test_a_topic_is_not_found_where_the_word_means_something_else(topic):
    assert topic not in [hit.topic for hit in shipped().find(CASES[topic][1])]


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Seit gestern kein Internet bei uns", "outage"),
        ("Mein Konto wurde gehackt, Hilfe", "hacked"),
        ("On m'a prélevé deux fois ce mois", "billing"),
        ("Mon colis n'est toujours pas reçu", "delivery"),
        ("Mi vuelo cancelado y nadie ayuda", "cancelled"),
        ("Quiero mi dinero, exijo el reembolso", "refund"),
        ("Meu pedido chegou danificado", "wrong_item"),
        ("Há cheiro de gás e saiu fumaça", "safety"),
    ],
)
def test_the_plain_words_of_four_other_languages_are_known(text, topic):
    assert topic in [hit.topic for hit in shipped().find(text)]


def test_the_shipped_topics_are_the_answers_of_the_head_and_each_stands_in_a_group():
    assert {topic.name: topic.says for topic in shipped().all} == dict(REASONS)
    assert all(topic.group for topic in shipped().all)


def test_every_topic_but_something_else_has_a_case():
    assert set(CASES) == set(REASONS) - {"other"}


def test_a_hit_says_by_which_words():
    topics = Topics([Topic("billing", words=("charged twice", "bill*")), Topic("thanks", words=("cheers",))])
    (hit,) = topics.find("CHARGED  twice!! and the billing team laughs @billy https://bill.example/bill")
    assert hit.because == "billing: “charged twice”, “bill*”"


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("cancel*", "cancellations everywhere", True),
        ("cancel", "cancellations everywhere", False),
        ("lost + bag*", "my bags are, again, lost", True),
        ("lost + bag*", "lost my phone", False),
        ("can't log in", "I can’t log in", True),
        ("café", "the CAFE is shut", True),
        ("late", "@late_airline on time today", False),
        ("late", "https://late.example", False),
        ("late", "too (late)", True),
        ("bag bag", "bag bag", True),
    ],
)
def test_words_phrases_endings_and_company_are_found_as_they_are_written(phrase, text, found):
    assert bool(Topics([Topic("one", words=(phrase,))]).find(text)) is found


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=120))
def test_a_plain_text_is_read_as_every_other(text):
    plain = text.replace("@", " ").replace("http", " ").replace("www.", " ")
    assert readable(plain).split() == words(fold(plain, "drop"))


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    for hit in shipped().find(text):
        assert hit.words
        assert hit.points > 0


def test_a_text_without_an_end_is_read_to_two_thousand_characters():
    topics = Topics([Topic("late", words=("late",))])
    assert topics.find("so " * 600 + "late")
    assert not topics.find("so " * 2_000_000 + "late")


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("", "no word in it"),
        ("!!", "no word in it"),
        ("a + ", "no word in it"),
        ("*", "no word in it"),
        ("la* plane", "star stands only at the end"),
        ("la*", "3 letters or more"),
        ("lost+bag", "space on both sides"),
        ("x" * (LONGEST_WORD + 1), f"longer than {LONGEST_WORD}"),
    ],
)
def test_a_phrase_that_cannot_be_used_says_what_to_write_instead(phrase, says):
    assert says in mistake(phrase)


@pytest.mark.parametrize("phrase", ["late", "charged twice", "cancel*", "lost + bag*", "wi-fi", "4g", "U.S."])
def test_an_ordinary_phrase_has_no_mistake(phrase):
    assert mistake(phrase) == ""


def test_too_many_topics_or_words_and_two_of_one_name_are_refused():
    with pytest.raises(TopicsError, match="are the most"):
        Topics(Topic(f"t{number}") for number in range(MOST_TOPICS + 1))
    with pytest.raises(TopicsError, match="are the most"):
        Topics([Topic("t", words=tuple(f"w{number}" for number in range(MOST_WORDS + 1)))])
    with pytest.raises(TopicsError, match="another topic of this name"):
        Topics([Topic("t"), Topic("t")])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[billing", "no TOML"),
        ('billing = "x"', "Write it as a table"),
        ("[billing]\nwords = [1]", "list of texts"),
        ("[billing]\nsays = 1", "texts in quotes"),
        ('[billing]\nwords = ["*"]', "billing: "),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_what_to_do(text, says):
    with pytest.raises(TopicsError, match=says):
        read_topics(text)


def test_words_and_head_are_weighed_together_and_add_up_to_one():
    likely = weighed(shipped().find("you charged me twice"), {"delivery": 0.6, "billing": 0.2}, list(REASONS))
    assert max(likely, key=likely.__getitem__) == "billing"
    assert sum(likely.values()) == pytest.approx(1)


def test_a_reason_tells_whether_words_or_examples_spoke_for_it():
    assert reason_of("a double charge, again").because == "billing: “double charge*”"
    assert reason_of("where is it?!", {"delivery": 0.9}).because == "delivery: learned from examples"


def test_what_neither_words_nor_head_know_is_not_sure():
    unsure = reason_of("hm", dict.fromkeys(REASONS, 1 / len(REASONS)))
    assert (unsure.topic, unsure.because) == ("", "not sure")
    assert unsure.sure < LEAST_SURE


def test_a_topic_that_the_desk_made_is_carried_by_its_words_alone():
    topics = Topics([Topic("solar", words=("solar panel*", "inverter")), Topic("billing")])
    found = reason_of("the inverter of my solar panels hums", {"billing": 0.7, "delivery": 0.3}, topics)
    assert found.topic == "solar"


def test_a_batch_is_weighed_as_one_by_one():
    names, texts = list(REASONS), ["you charged me twice", "hm", "two hours late"]
    learned = np.random.default_rng(4).dirichlet([1.0] * len(names), len(texts)).astype(np.float32)
    for row, text, head in zip(with_words(texts, learned, names), texts, learned, strict=True):
        one = weighed(shipped().find(text), dict(zip(names, map(float, head), strict=True)), names)
        assert list(row) == pytest.approx([one[name] for name in names], abs=1e-5)


def test_where_several_topics_may_be_right_each_is_told_by_its_words_and_the_head_says_how_surely():
    topics = Topics([Topic("solar", words=("inverter",)), Topic("heat", words=("boiler",))])
    learned = np.asarray([[0.8, 0.9, 0.7]], np.float32)
    told = listed(["the inverter hums"], learned, ["solar", "heat", "unlisted"], topics)
    assert list(told[0]) == pytest.approx([0.902, 0.441, 0.7])
