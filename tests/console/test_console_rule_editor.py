"""The editor of listening rules: nothing is overwritten unseen, and nothing that was written is lost."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from earful.channels.models import Channel
from earful.rules import keeping
from earful.rules.models import ListeningRule


@pytest.fixture
def rule(db: None) -> ListeningRule:
    return ListeningRule.objects.create(name="Speaks of routers", text="router slow")


def _opened(desk: Client, rule: ListeningRule) -> dict[str, str]:
    """The editor in a tab of its own: its form, as a browser would send it back."""
    page = desk.get(f"/rules/{rule.pk}/").content.decode()
    [seen] = re.findall(r'name="seen" value="([^"]+)"', page)
    known = {"name": rule.name, "text": rule.text, "opens_cases": "yes", "most_a_minute": "60", "owner": ""}
    return {**known, "do": "save", "seen": seen}


def _words(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


# ---- two at once


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_but_shown_beside_mine(
    desk: Client, rule: ListeningRule
) -> None:
    one, other = _opened(desk, rule), _opened(desk, rule)
    desk.post(f"/rules/{rule.pk}/", one | {"text": "router lumen"})
    answer = desk.post(f"/rules/{rule.pk}/", other | {"name": "Routers, renamed"})
    rule.refresh_from_db()
    assert (rule.name, rule.text) == ("Speaks of routers", "router lumen")
    assert answer.status_code == 409
    said = _words(answer)
    assert "Somebody changed this rule meanwhile." in said
    assert "router lumen" in said
    assert "router slow" in said
    assert "Save mine all the same" in said
    assert f'href="/rules/{rule.pk}/" data-discard>Take theirs' in answer.content.decode()


def test_mine_is_saved_all_the_same_when_i_say_so_and_not_over_a_third_change(
    desk: Client, rule: ListeningRule
) -> None:
    mine = _opened(desk, rule) | {"text": "router mine"}
    desk.post(f"/rules/{rule.pk}/", _opened(desk, rule) | {"text": "router theirs"})
    page = desk.post(f"/rules/{rule.pk}/", mine).content.decode()
    [seen] = re.findall(r'name="seen" value="([^"]+)"', page)
    third = _opened(desk, rule) | {"text": "router third"}
    desk.post(f"/rules/{rule.pk}/", third)
    assert desk.post(f"/rules/{rule.pk}/", mine | {"seen": seen}).status_code == 409
    [seen] = re.findall(r'name="seen" value="([^"]+)"', desk.get(f"/rules/{rule.pk}/").content.decode())
    assert desk.post(f"/rules/{rule.pk}/", mine | {"seen": seen}).status_code == 302
    rule.refresh_from_db()
    assert rule.text == "router mine"


def test_pausing_a_rule_or_saving_the_same_again_is_no_change_that_somebody_must_be_asked_about(
    desk: Client, rule: ListeningRule
) -> None:
    mine = _opened(desk, rule) | {"text": "router lumen"}
    keeping.pause(rule)
    assert desk.post(f"/rules/{rule.pk}/", mine).status_code == 302
    assert desk.post(f"/rules/{rule.pk}/", mine).status_code == 302


def test_saving_a_rule_that_was_deleted_meanwhile_offers_what_was_written_as_a_new_one(
    desk: Client, rule: ListeningRule
) -> None:
    mine = _opened(desk, rule) | {"text": "router kept words"}
    keeping.remove(rule)
    answer = desk.post(f"/rules/{rule.pk}/", mine)
    assert answer.status_code == 409
    assert "Somebody deleted this rule meanwhile." in _words(answer)
    page = answer.content.decode()
    assert ">router kept words</textarea>" in page
    assert 'action="/rules/new/"' in page
    assert desk.post("/rules/new/", mine | {"seen": ""}).status_code == 302
    assert ListeningRule.objects.get().text == "router kept words"


def test_what_comes_back_unsaved_is_marked_so_that_leaving_it_asks_first(desk: Client, rule: ListeningRule) -> None:
    assert "data-unsaved" not in desk.get(f"/rules/{rule.pk}/").content.decode()
    assert "data-unsaved" in desk.post(f"/rules/{rule.pk}/", _opened(desk, rule) | {"name": ""}).content.decode()


# ---- names


def test_two_rules_cannot_have_the_same_name(desk: Client, rule: ListeningRule) -> None:
    answer = desk.post("/rules/new/", _opened(desk, rule) | {"name": " speaks OF routers ", "text": "kettle"})
    assert answer.status_code == 422
    assert "There is a rule of that name already" in _words(answer)
    assert desk.post(f"/rules/{rule.pk}/", _opened(desk, rule) | {"name": "Speaks of Routers"}).status_code == 302


def test_a_rule_that_shares_its_name_since_long_ago_can_still_be_changed(desk: Client, rule: ListeningRule) -> None:
    ListeningRule.objects.create(name="Speaks of routers", text="kettle")
    assert desk.post(f"/rules/{rule.pk}/", _opened(desk, rule) | {"text": "router lumen"}).status_code == 302


# ---- what was tried


def test_a_trial_and_a_count_carry_the_text_that_they_are_of(desk: Client, channel: Channel) -> None:
    for address, text in (("/rules/try/", "router\n<b>"), ("/rules/count/", "router OR")):
        page = desk.post(address, {"text": text, "count": str(channel.pk)}).content.decode()
        [tried] = re.findall(r'data-tried="([^"]*)"', page)
        assert html.unescape(tried) == text.replace("\n", " ")
        assert re.search(r'class="of-earlier[^"]*" hidden>Of an earlier text: ', page)
