"""The page of listening rules: what it says of each, the editor's live check and trial, and what is done to a rule."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from building import NINA, hear, said
from earful.channels.models import Channel
from earful.console.checking import check
from earful.console.marking import marked
from earful.intake.models import Backfill
from earful.people.models import Agent
from earful.rules import book
from earful.rules.listing import PAGE
from earful.rules.models import ListeningRule, Pace, Standing

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&"
MakeRule = Callable[..., ListeningRule]


@pytest.fixture
def make_rule(db: None) -> MakeRule:
    def make(text: str = "router slow", **fields: Any) -> ListeningRule:
        rule = ListeningRule.objects.create(**{"name": "Speaks of routers", "text": text, **fields})
        book.look_again()
        return rule

    return make


def _filled(**fields: str) -> dict[str, str]:
    """The editor's form as a browser sends it."""
    known = {"name": "Routers", "text": "router slow", "opens_cases": "yes", "most_a_minute": "60", "owner": ""}
    return {**known, "do": "save", **fields}


def _words(page: bytes) -> str:
    """What a page says, its markup taken away."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode()).split())


# ---- the list


def test_without_a_rule_the_page_teaches_by_an_example(desk: Client) -> None:
    page = desk.get("/rules/").content.decode()
    assert "without naming us" in page
    assert "Posts that say either “broadband”, “wifi” or the phrase “no internet”" in page


def test_a_rule_says_what_it_asks_for_finds_and_costs(desk: Client, make_rule: MakeRule, dario: Agent) -> None:
    rule = make_rule(owner=dario)
    now = timezone.now()
    Pace.objects.create(rule=rule, hour=now.replace(minute=0, second=0, microsecond=0), posts=12, cost="0.06")
    page = desk.get("/rules/").content
    assert "Posts that say “router” and “slow”." in _words(page)
    assert f'href="/posts/?rule={rule.pk}&amp;since={now:%Y-%m-%d}"' in page.decode()
    assert "12" in _words(page)
    assert "at most $0.06 today" in _words(page)
    assert "owned by Dario Keller" in _words(page)
    assert re.search(r'role="img" aria-label="Found in the last 14 days, oldest first: [0, ]+, 12"', page.decode())


def test_how_each_network_holds_a_rule_is_said_with_its_reason(
    desk: Client, make_rule: MakeRule, channel: Channel
) -> None:
    for state, reason, says in (
        ("in_force", "", "in force on X, @LumenHelp"),
        ("refused", "too long", "X refuses it for @LumenHelp: too long"),
        ("here_only", "no room left", "matched here only, for @LumenHelp: no room left"),
    ):
        Standing.objects.update_or_create(
            rule=ListeningRule.objects.first() or make_rule(),
            channel=channel,
            defaults={"state": state, "reason": reason},
        )
        assert says in _words(desk.get("/rules/").content)


def test_a_tripped_rule_stands_first_is_an_alarm_on_every_page_and_can_be_resumed(
    desk: Client, make_rule: MakeRule
) -> None:
    make_rule(name="A calm one")
    rule = make_rule(name="Too broad", tripped_at=timezone.now(), tripped_by=75)
    page = _words(desk.get("/rules/").content)
    assert "75 posts in a minute; most is 60." in page
    assert page.index("Too broad") < page.index("A calm one")
    assert "1 alarm" in _words(desk.get("/channels/").content)
    desk.post(f"/rules/{rule.pk}/do/resume/")
    rule.refresh_from_db()
    assert rule.tripped_at is None
    assert "1 alarm" not in _words(desk.get("/rules/").content)


def test_a_refused_rule_is_an_alarm_until_it_is_paused(desk: Client, make_rule: MakeRule, channel: Channel) -> None:
    rule = make_rule()
    Standing.objects.create(rule=rule, channel=channel, state="refused", reason="too long")
    assert "1 alarm" in _words(desk.get("/rules/").content)
    desk.post(f"/rules/{rule.pk}/do/pause/")
    assert "1 alarm" not in _words(desk.get("/rules/").content)


def test_a_rule_is_paused_and_listened_for_again(desk: Client, make_rule: MakeRule) -> None:
    rule = make_rule()
    for verb, enabled in (("pause", False), ("wake", True)):
        rows = desk.post(f"/rules/{rule.pk}/do/{verb}/", headers={"HX-Request": "true"}).content.decode()
        rule.refresh_from_db()
        assert rule.enabled is enabled
        assert rows.count("<li") == 1
        assert f'id="rule-{rule.pk}"' in rows


def test_deleting_asks_first_and_keeps_the_posts(desk: Client, make_rule: MakeRule, channel: Channel) -> None:
    rule = make_rule("router")
    hear(channel, said(NINA, "my router is dead"))
    asked = _words(desk.get(f"/rules/{rule.pk}/delete/").content)
    assert "the note that it found 1 post go with it" in asked
    assert "The posts and the cases stay." in asked
    assert ListeningRule.objects.exists()
    desk.post(f"/rules/{rule.pk}/delete/")
    assert not ListeningRule.objects.exists()
    assert "my router is dead" in desk.get("/posts/").content.decode()


def _numbers(answer: Any) -> list[int]:
    """The rules that a page lists."""
    return [int(number) for number in re.findall(r'id="rule-(\d+)"', answer.content.decode())]


@pytest.fixture
def many(db: None) -> list[int]:
    """More rules than a page shows, in the order of the list."""
    rules = [ListeningRule(name=f"Rule {number:03}", text=f"router{number}") for number in range(PAGE + 7)]
    return [rule.pk for rule in ListeningRule.objects.bulk_create(rules)]


def test_a_page_holds_a_hundred_rules_and_the_button_at_its_end_brings_the_rest(desk: Client, many: list[int]) -> None:
    first = desk.get("/rules/")
    [more] = re.findall(r'hx-get="/rules/(\?after=[^"]+)"', first.content.decode())
    rest = desk.get(f"/rules/{more}", headers={"HX-Request": "true"})
    assert _numbers(first) + _numbers(rest) == many
    assert "More rules" not in rest.content.decode()
    assert _numbers(desk.get(f"/rules/{more}")) == many[PAGE:]
    assert desk.get("/rules/?after=elsewhere").status_code == 400
    assert _numbers(desk.get("/rules/rows/?q=&after=elsewhere")) == many[:PAGE]


def test_rules_are_found_by_words_and_the_address_says_so(desk: Client, many: list[int]) -> None:
    answer = desk.get("/rules/?q=router17", headers={"HX-Request": "true"})
    assert _numbers(answer) == [many[17]]
    assert answer.headers["HX-Push-Url"] == "/rules/?q=router17"
    assert 'data-live="/rules/rows/?q=router17"' in answer.content.decode()
    assert "No listening rule says that." in desk.get(f"/rules/?q={EVIL}").content.decode()


def test_only_the_rules_that_changed_are_asked_for_again(desk: Client, many: list[int], channel: Channel) -> None:
    moment = timezone.now()
    walk = Backfill.objects.create(
        rule_id=many[9], channel=channel, text="router9", since=moment, until=moment, price_cap=1
    )
    assert _numbers(desk.get(f"/rules/rows/?ids={many[5]},{many[3]},999999,x")) == [many[3], many[5]]
    assert _numbers(desk.get(f"/rules/rows/?ids=&backfills={walk.pk}")) == [many[9]]
    assert _numbers(desk.get(f"/rules/rows/?q=router5&ids={many[5]},{many[3]}")) == [many[5]]
    assert desk.get("/rules/rows/?ids=999999").content.decode().split() == []
    assert _numbers(desk.get("/rules/rows/?q=")) == many[:PAGE]


def test_however_many_rules_there_are_the_page_takes_as_many_statements(
    desk: Client, many: list[int], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        desk.get("/rules/")


def test_a_rule_that_was_read_once_is_not_read_again_and_what_is_too_long_is_not_kept() -> None:
    assert check("router slow") is check("router slow")
    assert check("router slow", "stored") is not check("router slow")
    assert check("x" * 2_000) is not check("x" * 2_000)


def test_what_is_not_there_is_not_found(desk: Client, make_rule: MakeRule) -> None:
    rule = make_rule()
    for address in ("/rules/999/", "/rules/999/delete/", "/rules/999/backfill/"):
        assert desk.get(address).status_code == 404
    for address in (f"/rules/{rule.pk}/do/explode/", "/rules/999/do/pause/", "/backfills/999/do/pause/"):
        assert desk.post(address).status_code == 404


def test_nothing_is_changed_by_looking_or_by_strangers(desk: Client, make_rule: MakeRule) -> None:
    rule = make_rule()
    for address in (f"/rules/{rule.pk}/do/pause/", "/rules/try/", "/rules/count/"):
        assert desk.get(address).status_code == 405
    guarded = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    guarded.cookies = desk.cookies
    assert guarded.post(f"/rules/{rule.pk}/do/pause/").status_code == 403
    assert Client(HTTP_HOST="localhost:8000").get("/rules/").status_code == 302


# ---- the editor


def test_a_rule_is_made_with_whoever_wrote_it_as_its_owner(desk: Client, dario: Agent) -> None:
    assert f'<option value="{dario.pk}" selected>' in desk.get("/rules/new/").content.decode()
    answer = desk.post("/rules/new/", _filled(text="router\r\nslow", opens_cases="no", owner=str(dario.pk)))
    assert answer.status_code == 302
    rule = ListeningRule.objects.get()
    assert (rule.text, rule.opens_cases, rule.most_a_minute, rule.owner) == ("router slow", False, 60, dario)


def test_changing_a_rule_leaves_its_breaker_alone_unless_it_is_told_to_resume(
    desk: Client, make_rule: MakeRule
) -> None:
    rule = make_rule(tripped_at=timezone.now(), tripped_by=75)
    desk.post(f"/rules/{rule.pk}/", _filled(text="router lumen", most_a_minute="90"))
    rule.refresh_from_db()
    assert (rule.text, rule.most_a_minute, rule.tripped_by) == ("router lumen", 90, 75)
    desk.post(f"/rules/{rule.pk}/", _filled(do="resume"))
    rule.refresh_from_db()
    assert rule.tripped_at is None


def test_a_request_can_set_nothing_that_the_form_does_not_ask(desk: Client, make_rule: MakeRule) -> None:
    rule = make_rule()
    desk.post(f"/rules/{rule.pk}/", _filled(enabled="", tripped_by="7", created_at="2001-01-01"))
    rule.refresh_from_db()
    assert rule.enabled
    assert rule.tripped_by is None
    assert rule.created_at.year > 2001


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Give it a name"),
        ({"text": ""}, "Write what to listen for."),
        ({"text": "router OR"}, "Mend the rule first"),
        ({"most_a_minute": "0"}, "greater than or equal to 1"),
        ({"owner": "999"}, "Choose another."),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field_and_nothing_is_lost(
    desk: Client, wrong: dict[str, str], says: str
) -> None:
    answer = desk.post("/rules/new/", _filled(**({"name": "Kept words"} | wrong)))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert wrong.get("name", "Kept words") in answer.content.decode()
    assert not ListeningRule.objects.exists()


def test_the_live_check_reads_a_rule_back_as_a_sentence(desk: Client) -> None:
    page = _words(desk.post("/rules/check/", {"text": 'router OR "no internet"'}).content)
    assert "Posts that say either “router” or the phrase “no internet”." in page
    assert "23 of 1,024 characters" in page


def test_the_live_check_points_at_the_fault_and_offers_what_was_meant(desk: Client) -> None:
    page = desk.post("/rules/check/", {"text": "router frm:ana slow"}).content.decode()
    assert "Column 8:" in page
    assert "Did you mean from:?" in page
    assert "router <mark>frm:ana</mark> slow" in page
    assert 'value="router from:ana slow"' in page


def test_the_live_check_hints_at_what_is_probably_not_meant(desk: Client) -> None:
    assert "write OR to mean either side" in desk.post("/rules/check/", {"text": "router or modem"}).content.decode()
    assert "evaluated by X only" in desk.post("/rules/check/", {"text": "router sample:10"}).content.decode()


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [
        ("a frm:bob", "a from:bob"),
        ("mention:bob", "@bob"),
        ("cat AND dog", "cat dog"),
        ("cat OR OR dog", "cat OR dog"),
        ("cat OR", "cat"),
        ("cat lang:eng", "cat lang:en"),
        ("-(a OR b) c", "-a -b c"),
        ("foo-bar baz", '"foo-bar" baz'),
        ("a ) b", "a b"),
        ("a --b", ""),
        ('"never closed', ""),
        ("is:retweet", ""),
        ("(a OR", ""),
    ],
)
def test_a_suggestion_is_carried_out_only_where_that_helps(wrong: str, mended: str) -> None:
    fault = check(wrong).fault
    assert fault is not None
    assert fault.mended == mended


def test_without_a_script_the_editors_buttons_come_back_with_the_page_and_save_nothing(desk: Client) -> None:
    mended = desk.post("/rules/new/", _filled(text="cat OR", mended="cat")).content.decode()
    assert ">cat</textarea>" in mended
    assert 'value="Routers"' in mended
    tried = _words(desk.post("/rules/new/", _filled(do="try")).content)
    assert "Would have found 0 posts" in tried
    assert not ListeningRule.objects.exists()


# ---- the trial


def test_a_trial_shows_what_would_have_been_found_with_the_words_marked(desk: Client, channel: Channel) -> None:
    hear(
        channel,
        said(NINA, "@LumenHelp my router is slow, so slow", at=timezone.now() - timedelta(days=2)),
        said(NINA, "@LumenHelp thanks, all is well"),
        said(NINA, "@LumenHelp a slow router, long ago", at=timezone.now() - timedelta(days=9)),
    )
    page = desk.post("/rules/try/", {"text": "router slow"}).content
    assert "Would have found 1 post, 0.5 a day , of the 2 posts that this desk stored since" in _words(page)
    assert "my <mark>router</mark> is <mark>slow</mark>, so <mark>slow</mark>" in page.decode()
    assert "On X this would cost at most $0.008 a day, all that comes along included" in _words(page)


def test_a_trial_of_what_only_x_knows_says_that_it_is_an_upper_bound(desk: Client, channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp my router is slow"))
    page = _words(desk.post("/rules/try/", {"text": "router sample:10"}).content)
    assert "at most 1 post" in page
    assert "sample:10 is evaluated by X only" in page


def test_a_rule_that_is_wrong_is_not_tried(desk: Client) -> None:
    assert "Mend the rule first" in desk.post("/rules/try/", {"text": "router OR"}).content.decode()


def test_a_network_that_does_not_answer_is_said_and_no_channel_of_others_is_asked(
    desk: Client, channel: Channel
) -> None:
    assert "X did not count: " in _words(
        desk.post("/rules/count/", {"text": "router", "count": str(channel.pk)}).content
    )
    for count in ("999", "", "x"):
        said_so = _words(desk.post("/rules/count/", {"text": "router", "count": count}).content)
        assert "cannot be asked any more" in said_so


# ---- what strangers write


def test_rules_and_posts_are_shown_as_written_and_never_run(
    desk: Client, make_rule: MakeRule, channel: Channel
) -> None:
    rule = make_rule(f'"{EVIL[:25]}"', name=EVIL[:90])
    hear(channel, said(NINA, f"@LumenHelp alert {EVIL}"))
    pages = [desk.get(address) for address in ("/rules/", f"/rules/{rule.pk}/", f"/rules/{rule.pk}/backfill/")]
    pages += [desk.post("/rules/check/", {"text": EVIL}), desk.post("/rules/try/", {"text": "alert"})]
    for answer in pages:
        page = answer.content.decode()
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_marks_stay_within_the_text_whatever_the_spans_are() -> None:
    assert marked("a<b>&c", [(1, 2), (2, 4), (9, 12), (4, 4), (-3, 1)]) == "<mark>a&lt;b&gt;</mark>&amp;c"
    assert marked("über", []) == "über"


def test_no_page_of_rules_has_inline_script_or_style(desk: Client, make_rule: MakeRule) -> None:
    rule = make_rule()
    for address in ("/rules/", "/rules/new/", f"/rules/{rule.pk}/", f"/rules/{rule.pk}/backfill/"):
        page = desk.get(address).content.decode()
        assert " style=" not in page
        assert "hx-on" not in page


@pytest.mark.parametrize("text", ["a\x00b", "\u202erouter", "x" * 200_000, "(" * 5_000, "\ud800", '"' * 999])
def test_hostile_rules_are_answered_with_a_sentence(desk: Client, channel: Channel, text: str) -> None:
    form = _filled(text=text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    for address in ("/rules/check/", "/rules/try/", "/rules/count/"):
        assert desk.post(address, form | {"count": str(channel.pk)}).status_code == 200
    assert desk.post("/rules/new/", form).status_code in (302, 422)


def test_numbers_beyond_all_measure_are_not_found(desk: Client) -> None:
    assert desk.get(f"/rules/{'9' * 30}/").status_code == 404
    assert desk.post("/rules/new/", _filled(owner="9" * 30, most_a_minute="9" * 30)).status_code == 422
