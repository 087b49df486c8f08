"""The posts page: what was heard, found again, filtered, shown with why it matched, ignored, made into a case."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earful import console
from earful.cases.models import Case, Message
from earful.channels.models import Channel
from earful.console.folding import fold
from earful.console.posts_asked import INTENTS
from earful.console.spread_shown import spread_in_words
from earful.console.views.posts import RULES_OFFERED
from earful.core.triage.verdict import signals
from earful.people.models import Agent, Identity
from earful.posts import searching
from earful.posts.models import Carried, Post
from earful.posts.spread import Spread
from earful.rules.models import ListeningRule, Match, Pace

HTMX = {"HTTP_HX_REQUEST": "true"}
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&"


@pytest.fixture
def nina(db: None) -> Identity:
    return Identity.objects.create(
        network="x", account_id="501", handle="nina_okafor", name="Nina Okafor", followers=940
    )


@pytest.fixture
def overheard(make_post: Any, nina: Identity) -> Callable[..., Post]:
    """A post that is in no case."""

    def make(text: str = "my broadband is slow again", **fields: Any) -> Post:
        post: Post = make_post(fields.pop("author", nina), text, **{"mentions": [], **fields})
        return post

    return make


@pytest.fixture
def rule(db: None) -> ListeningRule:
    return ListeningRule.objects.create(name="Speaks of Lumen", text="broadband lumen")


def shown(answer: Any) -> list[int]:
    return [int(number) for number in re.findall(r'id="post-(\d+)"', answer.content.decode())]


def page(answer: Any) -> str:
    return str(answer.content.decode())


def found(rule: ListeningRule, post: Post, *reasons: dict[str, Any]) -> None:
    Match.objects.create(rule=rule, post=post, reasons=list(reasons))


def test_of_many_rules_those_that_found_something_last_are_offered_and_the_one_chosen(
    desk: Client, rule: ListeningRule
) -> None:
    others = [ListeningRule(name=f"Rule {number}", text="router") for number in range(RULES_OFFERED)]
    new = ListeningRule.objects.bulk_create(others)[-1]
    Pace.objects.create(rule=rule, hour=timezone.now() - timedelta(days=2), posts=1)
    Pace.objects.bulk_create(Pace(rule=other, hour=timezone.now(), posts=1) for other in others)
    assert f'<option value="{rule.pk}"' not in page(desk.get("/posts/"))
    chosen = page(desk.get(f"/posts/?rule={rule.pk}"))
    assert f'<option value="{rule.pk}" selected>' in chosen
    assert f'<option value="{new.pk}"' in chosen
    assert "Others: from the list of listening rules" in chosen


def test_everything_heard_stands_there_newest_first_but_what_was_said_in_private(
    desk: Client, overheard: Callable[..., Post]
) -> None:
    old, new = overheard(ago=50), overheard(ago=5)
    overheard("a secret", private=True)
    answer = desk.get("/posts/")
    assert shown(answer) == [new.pk, old.pk]
    assert "a secret" not in page(answer)


def test_it_is_found_in_the_words_of_a_listening_rule_and_the_words_are_marked(
    desk: Client, overheard: Callable[..., Post]
) -> None:
    right = overheard("my broadband is slow again")
    overheard("broadband is fine")
    overheard("slow news")
    answer = desk.get("/posts/", {"q": "broadband (slow OR down)"})
    assert shown(answer) == [right.pk]
    assert "my <mark>broadband</mark> is <mark>slow</mark> again" in page(answer)
    assert shown(desk.get("/posts/", {"q": "broadb*  -fine"})) == [right.pk]


def test_a_wrong_query_says_where_and_what_to_write_instead(desk: Client, overheard: Callable[..., Post]) -> None:
    overheard()
    answer = desk.get("/posts/", {"q": "broadband lnag:en"})
    assert answer.status_code == 200
    assert "Column 11:" in page(answer)
    assert "Did you mean lang:?" in page(answer)
    assert shown(answer) == []
    assert "Column 11:" in page(desk.get("/posts/check/", {"q": "broadband lnag:en"}, **HTMX))
    assert "Posts that" in page(desk.get("/posts/check/", {"q": "broadband slow"}, **HTMX))


def test_a_search_that_takes_too_long_says_how_to_narrow_it(
    desk: Client, overheard: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    overheard()
    monkeypatch.setattr(searching.search, "__kwdefaults__", {**searching.search.__kwdefaults__, "timeout_ms": 0})
    answer = desk.get("/posts/", {"q": "broadband"})
    assert answer.status_code == 200
    assert "Narrow your search" in page(answer)


def test_it_says_which_rule_found_a_post_and_why(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule
) -> None:
    post = overheard("Lumen broadband, again")
    words = {"term": "broadband", "spans": [[6, 15]]}, {"term": '"no signal"', "quoted": True, "spans": [[0, 9]]}
    found(rule, post, *words, {"term": "lang:en", "spans": []})
    told = page(desk.get("/posts/"))
    assert "Speaks of Lumen</bdi></a>”: <bdi>“broadband”, lang:en, “no signal” in the quoted post</bdi>" in told
    assert "Lumen <mark>broadband</mark>, again" in told


def test_where_only_the_network_knows_why_it_is_said(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule
) -> None:
    found(rule, overheard())
    assert "<bdi>X says so</bdi>" in page(desk.get("/posts/"))


def test_where_the_words_are_gone_no_reason_is_said(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule
) -> None:
    found(rule, overheard())
    Match.objects.update(reasons=None)
    told = page(desk.get("/posts/"))
    assert "Speaks of Lumen</bdi></a>”</p>" in told
    assert "says so" not in told


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"mentions": ["lumenhelp"]}, "it mentions @LumenHelp"),
        ({"reply_to_author": "900"}, "it answers @LumenHelp"),
        ({"quotes_author": "900"}, "it quotes @LumenHelp"),
        ({"ours": True}, "our own post"),
        ({"reposts": "7"}, "it carries on a post"),
        ({"root": "7"}, "it stands in a thread of ours"),
    ],
)
def test_it_says_why_a_post_was_heard_that_no_rule_found(
    desk: Client, overheard: Callable[..., Post], fields: dict[str, Any], says: str
) -> None:
    overheard(**fields)
    assert f"heard because {says}" in page(desk.get("/posts/"))


def test_the_filters_narrow_and_work_together(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule, make_case: Any
) -> None:
    complaint = overheard(intent="complaint", ago=1)
    cased = Message.objects.get(case=make_case(ago=2)).post
    plain, old = overheard(ago=3), overheard(ago=60 * 72)
    for post in (complaint, cased, old):
        found(rule, post)
    day = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    asked: dict[str, list[Post]] = {
        f"rule={rule.pk}": [complaint, cased, old],
        f"rule={rule.pk}&since={day}": [complaint, cased],
        f"rule={rule.pk}&cased=yes": [cased],
        f"rule={rule.pk}&cased=no": [complaint, old],
        "cased=yes": [cased],
        "cased=no": [complaint, plain, old],
        "intent=complaint": [complaint],
        "network=x&q=slow": [complaint, plain, old],
        "rule=999": [],
        "rule=²&intent=<b>&since=never&network=elsewhere": [complaint, cased, plain, old],
    }
    for query, posts in asked.items():
        assert shown(desk.get(f"/posts/?{query}")) == [post.pk for post in posts], query


def test_every_intent_that_triage_knows_can_be_asked_for() -> None:
    assert {signal.intent for signal in signals()} | {"question", "other"} == set(INTENTS)


def test_older_posts_follow_without_a_gap_or_a_double(desk: Client, overheard: Callable[..., Post]) -> None:
    at = timezone.now()
    posts = [overheard(created_at=at - timedelta(minutes=number // 3)).pk for number in range(65)]
    seen: list[int] = []
    address = "/posts/?q=slow"
    while address:
        answer = desk.get(address)
        seen += shown(answer)
        more = re.search(r'class="button" href="(/posts/[^"]+)"', page(answer))
        address = more[1].replace("&amp;", "&") if more else ""
    assert sorted(seen) == sorted(posts)
    assert len(seen) == 65
    assert desk.get("/posts/?after=nonsense").status_code == 400


def test_a_post_that_is_ignored_is_put_aside_with_a_way_back(
    desk: Client, overheard: Callable[..., Post], dario: Agent
) -> None:
    post, other = overheard(), overheard()
    answer = desk.post("/posts/ignore/", {"post": [post.pk]}, **HTMX)
    assert answer.status_code == 204
    assert "desk:posts" in answer.headers["HX-Trigger"]
    post.refresh_from_db()
    assert post.ignored_by == dario
    assert shown(desk.get("/posts/")) == [other.pk]
    aside = desk.get("/posts/?aside=1")
    assert shown(aside) == [post.pk]
    assert "Ignored by you" in page(aside)
    assert "Put back" in page(desk.get(f"/posts/rows/?ids={post.pk}"))
    desk.post("/posts/put-back/", {"post": [post.pk]}, **HTMX)
    assert set(shown(desk.get("/posts/"))) == {post.pk, other.pk}


def test_several_are_ignored_at_once_and_private_or_unknown_ones_are_not_touched(
    desk: Client, overheard: Callable[..., Post]
) -> None:
    posts = [overheard(), overheard(), overheard(private=True)]
    answer = desk.post("/posts/ignore/", {"post": [*(post.pk for post in posts), 999_999, "x"]}, **HTMX)
    assert "2 posts ignored" in answer.headers["HX-Trigger"]
    assert Post.objects.filter(ignored_at=None).get() == posts[2]


def test_without_script_a_deed_leads_back_to_the_list_and_nowhere_else(
    desk: Client, overheard: Callable[..., Post]
) -> None:
    sent = {"post": [overheard().pk], "back": "q=slow&next=//evil.example"}
    assert desk.post("/posts/ignore/", sent).headers["Location"] == "/posts/?q=slow"


def test_a_case_is_made_by_hand_and_the_agent_goes_there(
    desk: Client, overheard: Callable[..., Post], dario: Agent
) -> None:
    post = overheard()
    answer = desk.post(f"/posts/{post.pk}/case/", **HTMX)
    case = Case.objects.get()
    assert answer.headers["HX-Redirect"] == f"/cases/{case.pk}/"
    assert case.owner == dario
    assert "Dario Keller opened it: by hand" in page(desk.get(f"/cases/{case.pk}/"))
    assert f'href="/cases/{case.pk}/" data-case' in page(desk.get("/posts/"))
    assert desk.post(f"/posts/{post.pk}/case/").headers["Location"] == f"/cases/{case.pk}/"


def test_a_post_that_is_no_case_says_why_and_stays(desk: Client, overheard: Callable[..., Post]) -> None:
    post = overheard(reposts="7")
    assert "data-make-case" not in page(desk.get("/posts/"))
    answer = desk.post(f"/posts/{post.pk}/case/", **HTMX)
    assert "carries on another" in answer.headers["HX-Trigger"]
    assert not Case.objects.exists()


def test_what_was_said_in_private_has_no_doors_here(desk: Client, overheard: Callable[..., Post]) -> None:
    post = overheard(private=True)
    assert desk.post(f"/posts/{post.pk}/case/").status_code == 404
    assert desk.get(f"/posts/{post.pk}/carriers/").status_code == 404
    assert shown(desk.get(f"/posts/rows/?ids={post.pk}")) == []


@pytest.mark.parametrize("address", ["/posts/ignore/", "/posts/put-back/", "/posts/1/case/"])
def test_deeds_are_posted_with_a_token_by_somebody_signed_in(
    desk: Client, dario: Agent, address: str, overheard: Callable[..., Post]
) -> None:
    assert desk.get(address).status_code == 405
    assert "/accounts/login/" in Client().post(address).headers["Location"]
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    strict.force_login(dario)
    assert strict.post(address, {"post": [overheard().pk]}).status_code == 403


def test_a_deleted_post_shows_as_deleted(desk: Client, overheard: Callable[..., Post]) -> None:
    post = overheard("words that were taken back")
    Post.objects.update(deleted_at=timezone.now())
    row = page(desk.get(f"/posts/rows/?ids={post.pk}"))
    assert "Deleted on X" in row
    assert "data-make-case" not in row
    assert "taken back" not in row


def test_newer_posts_are_counted_by_the_same_words_and_filters(desk: Client, overheard: Callable[..., Post]) -> None:
    overheard("slow", ago=20)
    than = re.search(r'data-than="([\d.]+)"', page(desk.get("/posts/?q=slow")))
    assert than is not None
    asked = {"q": "slow", "than": than[1]}
    assert desk.get("/posts/newer/", asked).json() == {"many": 0}
    overheard("slow", ago=5)
    overheard("fine", ago=4)
    overheard("slow", ago=30)
    assert desk.get("/posts/newer/", asked).json() == {"many": 1}
    assert desk.get("/posts/newer/", {"q": "(", "than": than[1]}).json() == {"many": 0}
    assert desk.get("/posts/newer/", {"than": "9" * 17 + ".1"}).json() == {"many": 0}


def test_how_far_a_post_went_is_said_and_who_carried_it_on(
    desk: Client, overheard: Callable[..., Post], make_post: Any, make_case: Any
) -> None:
    post = overheard()
    Carried.objects.create(network="x", network_id=post.network_id, reposts=12, quotes=3, reach=48_200)
    assert "Reposted 12 times, quoted 3 times that we heard, reach about 48,200" in page(desk.get("/posts/"))
    tom = Identity.objects.create(network="x", account_id="502", handle="tom", name=EVIL, followers=12_000)
    make_post(tom, "look at this", quotes=post.network_id)
    carriers = page(desk.get(f"/posts/{post.pk}/carriers/"))
    assert "quoted it" in carriers
    assert "12k followers" in carriers
    assert "<script" not in carriers
    case = make_case()
    said = Message.objects.get(case=case).post
    Carried.objects.create(network="x", network_id=said.network_id, reposts=1, reach=7)
    told = page(desk.get(f"/cases/{case.pk}/"))
    assert "Reposted once that we heard, reach about 7" in told
    assert "Reposted or quoted at least once" in told
    assert f'hx-get="/posts/{said.pk}/carriers/"' in told


def test_what_strangers_wrote_is_shown_and_never_markup(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule
) -> None:
    evil = Identity.objects.create(network="x", account_id="666", handle=EVIL[:90], name=EVIL)
    ListeningRule.objects.update(name=EVIL)
    post = overheard(EVIL, author=evil, media=[{"kind": "photo", "alt": EVIL}], lang='e"n><b')
    found(rule, post, {"term": EVIL, "spans": [[1, 7]]})
    for address in ("/posts/", f"/posts/?rule={rule.pk}", "/posts/?q=script", f"/posts/?q={EVIL}"):
        told = page(desk.get(address))
        assert "<script>alert" not in told
        assert "<img" not in told
    assert "<mark>script</mark>" in page(desk.get("/posts/?q=script"))


def test_a_page_of_posts_asks_the_database_as_often_for_many_as_for_one(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule, django_assert_max_num_queries: Any
) -> None:
    for _ in range(25):
        found(rule, overheard(), {"term": "slow", "spans": [[16, 20]]})
    with django_assert_max_num_queries(30):
        assert len(shown(desk.get("/posts/?q=slow"))) == 25


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Nothing has been heard yet"),
        ("?q=kettle", "No post that was heard fits"),
        ("?aside=1", "Nothing was ignored"),
        ("?intent=praise", "Loosen a filter, or <a"),
        ("?intent=praise&q=kettle", 'Or <a href="/posts/?q=kettle">take the filters away</a>.'),
    ],
)
def test_an_empty_list_says_what_to_do(desk: Client, channel: Channel, query: str, says: str) -> None:
    assert says in page(desk.get(f"/posts/{query}"))


def test_the_words_that_a_post_quotes_stand_beneath_it_with_what_was_found_marked(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule
) -> None:
    told = {"handle": "nina_okafor", "quoted": {"handle": "tom", "text": "Lumen broadband <b>again</b>"}}
    post = overheard("same here", quotes="77", facts=told)
    found(rule, post, {"term": "broadband", "spans": [[6, 15]], "quoted": True})
    shown_words = "<bdi>@tom</bdi>: Lumen <mark>broadband</mark> &lt;b&gt;again&lt;/b&gt;"
    assert shown_words in page(desk.get("/posts/"))


@pytest.mark.parametrize(
    ("spread", "says"),
    [
        (Spread(), ""),
        (
            Spread(reposts=2, quotes=1, reach=48_200, told=5),
            "Reposted twice, quoted once that we heard, reach about 48,200; X counts 5 in all",
        ),
        (Spread(quotes=3, told=3), "Quoted 3 times that we heard"),
        (Spread(told=1), "X counts one repost or quote; we did not hear it"),
        (Spread(told=1_240), "X counts 1,240 reposts and quotes; we heard none of them"),
    ],
)  # fmt: skip
def test_spread_claims_no_more_than_was_heard(spread: Spread, says: str) -> None:
    assert spread_in_words(spread, "X") == says


def test_an_ignored_post_keeps_the_line_that_says_why_it_was_found() -> None:
    css = (Path(console.__file__).parent / "static/console/css/posts.css").read_text("utf-8")
    (hidden,) = re.findall(r"^(\.post\.ignored .*)\{ display: none; \}$", css, re.MULTILINE)
    assert ".post-quoted" in hidden
    assert ".post-why" not in hidden


def test_a_query_that_is_too_long_is_counted_before_it_is_cut(desk: Client) -> None:
    long = "broadband " * 299 + "broadband!"
    for address in ("/posts/", "/posts/check/"):
        assert "has 3,000 characters" in page(desk.get(address, {"q": long}))
    assert "HX-Push-Url" not in desk.get("/posts/", {"q": long}, **HTMX).headers


def test_on_a_search_its_hits_are_marked_and_without_one_what_the_rule_found(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule
) -> None:
    found(rule, overheard("broadband is slow"), {"term": "broadband", "spans": [[0, 9]]})
    assert "<mark>broadband</mark> is slow" in page(desk.get("/posts/"))
    searched = page(desk.get("/posts/?q=slow"))
    assert "broadband is <mark>slow</mark>" in searched
    assert "<bdi>“broadband”</bdi>" in searched


def test_a_long_post_is_folded_and_says_what_stands_below(
    desk: Client, overheard: Callable[..., Post], rule: ListeningRule
) -> None:
    text = "kettle " * 1_285 + "is gone"
    spans = [[0, 6], [5_999, 6_005], [7_000, 7_006], [7_000, 7_006]]
    told_along = {"handle": "nina_okafor", "quoted": {"handle": "tom", "text": "slow " * 200}}
    found(rule, overheard(text, quotes="77", facts=told_along), {"term": "kettle", "spans": spans})
    told = page(desk.get("/posts/"))
    assert "Show all 9,002 characters · 2 more marks below</span>" in told
    assert "Show all 1,000 characters</span>" in told
    words = re.search(r'<p class="words"[^>]*>(.*?)<span class="beyond">(.*?)</span></p>', told)
    assert words is not None
    shown_words, beyond = words.groups()
    assert len(shown_words) < 640
    assert re.sub("</?mark>", "", shown_words + beyond) == text
    assert beyond.count("<mark>") == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("word " * 130, 650),
        ("a" * 5_000, 600),
        ("长" * 590 + "。" + "长" * 400, 591),
        ("a\n" * 40, 23),
        ("a\n" * 14, 28),
    ],
)
def test_a_fold_tears_no_word_and_is_worth_a_button(text: str, shown: int) -> None:
    assert fold(text).at == shown
    assert bool(fold(text).says) == (shown < len(text))


def test_a_fold_does_not_tear_what_was_found() -> None:
    assert fold("a" * 5_000, [(590, 610), (605, 620), (700, 705)]).at == 620
