"""Posts whole: polls, who may reply, deep links, edits, hiding, and what excludes what."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from practice import Brand, Practice

POLL = {"options": ["Tea", "Coffee"], "duration_minutes": 60}


@pytest.fixture
def pretend(later: Practice) -> Practice:
    return later


def post(brand: Brand, text: str = "Hello", **more: Any) -> Any:
    return brand.user.post("/2/tweets", json={"text": text} | more)


def made(brand: Brand, text: str = "Hello", **more: Any) -> str:
    answer = post(brand, text, **more)
    assert answer.status_code == 201, answer.text
    new: str = answer.json()["data"]["id"]
    return new


def shown(brand: Brand, one: str, **query: str) -> Any:
    return brand.user.get(f"/2/tweets/{one}", params=query).json()


def deep_link(brand: Brand) -> str:
    return f"https://x.com/messages/compose?recipient_id={brand.id}"


def test_a_poll_is_open_until_its_time_is_up_and_counts_votes(pretend: Practice, brand: Brand) -> None:
    new = made(brand, "What will it be?", poll=POLL)
    pretend.say(f"posts/{new}/votes", {"position": 2, "votes": 3})
    query = {"expansions": "attachments.poll_ids", "poll.fields": "duration_minutes,end_datetime,voting_status"}
    whole = shown(brand, new, **query)
    (poll,) = whole["includes"]["polls"]
    assert whole["data"]["attachments"]["poll_ids"] == [poll["id"]]
    assert [(one["position"], one["label"], one["votes"]) for one in poll["options"]] == [
        (1, "Tea", 0),
        (2, "Coffee", 3),
    ]
    assert (poll["voting_status"], poll["duration_minutes"]) == ("open", 60)
    pretend.say("clock", {"forward": 3601})
    assert shown(brand, new, **query)["includes"]["polls"][0]["voting_status"] == "closed"


@pytest.mark.parametrize(
    "poll",
    [
        {"options": ["Tea"], "duration_minutes": 60},
        {"options": ["Tea", "x" * 26], "duration_minutes": 60},
        {"options": ["Tea", "Coffee"], "duration_minutes": 4},
        {"options": ["Tea", "Coffee"]},
        {"options": ["a", "b", "c", "d", "e"], "duration_minutes": 60},
    ],
)
def test_a_poll_that_is_none_is_a_400(brand: Brand, poll: dict[str, Any]) -> None:
    assert post(brand, poll=poll).status_code == 400


def test_a_deep_link_stands_on_the_post_and_costs_no_characters(pretend: Practice, brand: Brand) -> None:
    asking = pretend.post("pam_a", f"@{brand.username} help")
    reply = {"in_reply_to_tweet_id": asking["id"]}
    made(brand, "x" * 280, reply=reply, direct_message_deep_link=deep_link(brand))
    (seen,) = pretend.control.get("/pretend/posts", params={"username": brand.username}).json()["posts"]
    assert seen["facts"]["deep_link"] == deep_link(brand)
    page = pretend.anybody.get(f"/{brand.username}").text
    assert "Send a private message" in page


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com/messages/compose?recipient_id=12",
        "http://x.com/messages/compose?recipient_id=12",
        "https://x.com/messages/compose",
        "https://x.com/messages/compose?recipient_id=me",
        "https://x.com/messages/compose?recipient_id=12&next=evil",
        "https://x.com/home?recipient_id=12",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_deep_link_that_leads_elsewhere_is_a_400(brand: Brand, link: str) -> None:
    assert post(brand, direct_message_deep_link=link).status_code == 400


def test_poll_quote_file_card_and_deep_link_exclude_each_other(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(tier="enterprise")
    parts: dict[str, Any] = {
        "poll": POLL,
        "quote_tweet_id": made(brand, "quoted"),
        "media": {"media_ids": ["1"]},
        "card_uri": "card://1",
        "direct_message_deep_link": deep_link(brand),
    }
    for name in parts:
        for other in parts.keys() - {name}:
            answer = post(brand, **{name: parts[name], other: parts[other]})
            assert (answer.status_code, "exclude each other" in answer.text) == (400, True)


def test_one_cashtag_is_the_most_for_self_serve(new_brand: Callable[..., Brand]) -> None:
    small, large = new_brand(), new_brand(tier="enterprise")
    assert post(small, "$LUM is up").status_code == 201
    refused = post(small, "$LUM and $GLOW are up")
    assert (refused.status_code, "cashtag" in refused.json()["detail"]) == (403, True)
    assert post(large, "$LUM and $GLOW are up").status_code == 201


@pytest.mark.parametrize("settings", ["following", "mentionedUsers", "verified", "subscribers"])
def test_who_may_reply_is_decided_where_the_conversation_began(
    pretend: Practice, new_brand: Callable[..., Brand], settings: str
) -> None:
    brand, named = new_brand(tier="enterprise"), new_brand(tier="enterprise")
    handle = f"pam_{settings[:4]}"
    root = pretend.post(handle, f"@{named.username} look", facts={"reply_settings": settings})
    under = pretend.post(handle, "and more", reply_to=root["id"])
    refused = brand.answer(under["id"], "May we?")
    assert (refused.status_code, "restricted" in refused.json()["detail"]) == (403, True)
    assert named.answer(under["id"], "We may").status_code == 201
    query = {"tweet.fields": "reply_settings"}
    assert brand.app.get(f"/2/tweets/{root['id']}", params=query).json()["data"]["reply_settings"] == settings


def test_being_followed_or_verified_lets_one_reply(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(tier="enterprise", verified=True)
    open_to = {
        one: pretend.post("pam_b", one, facts={"reply_settings": one})["id"] for one in ("following", "verified")
    }
    assert brand.answer(open_to["verified"], "Here").status_code == 201
    assert brand.answer(open_to["following"], "Here too").status_code == 403
    pretend.say("accounts/pam_b/ties", {"tie": "follows", "to": brand.username})
    assert brand.answer(open_to["following"], "Here too").status_code == 201


def test_one_says_oneself_who_may_reply(brand: Brand) -> None:
    new = made(brand, "Only for some", reply_settings="mentionedUsers")
    assert shown(brand, new, **{"tweet.fields": "reply_settings"})["data"]["reply_settings"] == "mentionedUsers"
    assert post(brand, reply_settings="everyone").status_code == 400


def test_every_refused_reply_has_words_of_its_own(pretend: Practice, brand: Brand) -> None:
    def refusal(handle: str, before: Callable[[dict[str, Any]], Any], **more: Any) -> str:
        asking = pretend.post(handle, f"@{brand.username} help", **more)
        before(asking)
        answer = brand.answer(asking["id"], f"Sorry, {handle}")
        assert answer.status_code == 403
        detail: str = answer.json()["detail"]
        return detail

    deleted = refusal("pam_c", lambda one: pretend.control.delete(f"/pretend/posts/{one['id']}"))
    guarded = refusal("pam_d", lambda _: pretend.say("accounts/pam_d/state", {"protected": True}))
    blocking = {"tie": "blocks", "to": brand.username}
    blocked = refusal("pam_e", lambda _: pretend.say("accounts/pam_e/ties", blocking))
    assert deleted == guarded
    assert len({deleted, blocked}) == 2


def test_an_implicit_mention_summons_where_the_switch_says_so(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    for switch, status in ((False, 403), (True, 201)):
        brand = new_brand(implicit_summons=switch)
        root = pretend.post("pam_f", f"@{brand.username} help")
        carried = pretend.post("pam_g", "same here", reply_to=root["id"])
        assert brand.answer(carried["id"], "And you").status_code == status


def test_an_edit_is_a_new_version_with_the_whole_history(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(verified=True)
    first = made(brand, "We are opne")
    second = post(brand, "We are open", edit_options={"previous_post_id": first})
    assert second.status_code == 201
    new = second.json()["data"]
    assert new["edit_history_tweet_ids"] == [first, new["id"]]
    told = shown(brand, new["id"], **{"tweet.fields": "edit_controls"})["data"]["edit_controls"]
    assert (told["edits_remaining"], told["is_edit_eligible"]) == (4, True)


def test_what_cannot_be_edited_is_refused(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand, plain = new_brand(verified=True), new_brand()
    summons = pretend.post("pam_h", f"@{brand.username} help")["id"]
    reply = made(brand, "On it", reply={"in_reply_to_tweet_id": summons})
    poll = made(brand, "Which?", poll=POLL)
    old = made(brand, "Version 1")
    made(brand, "Version 2", edit_options={"previous_post_id": old})
    for one in (summons, reply, poll, old, "12"):
        assert post(brand, "Another text", edit_options={"previous_post_id": one}).status_code == 403, one
    unpaid = made(plain, "Free")
    assert post(plain, "Freed", edit_options={"previous_post_id": unpaid}).status_code == 403


def test_five_edits_in_an_hour_are_the_most(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(verified=True)
    late = made(brand, "Too late")
    newest = made(brand, "Version 0")
    for number in range(1, 6):
        newest = made(brand, f"Version {number}", edit_options={"previous_post_id": newest})
    assert post(brand, "Version 6", edit_options={"previous_post_id": newest}).status_code == 403
    pretend.say("clock", {"forward": 3601})
    assert post(brand, "In time?", edit_options={"previous_post_id": late}).status_code == 403


def test_answers_are_hidden_only_in_ones_own_conversations(pretend: Practice, brand: Brand) -> None:
    own = made(brand, "How was it?")
    rude = pretend.post("pam_i", "awful", reply_to=own)["id"]
    other = pretend.post("pam_i", f"@{brand.username} awful", reply_to=pretend.post("pam_j", "mine")["id"])["id"]
    hidden = brand.user.put(f"/2/tweets/{rude}/hidden", json={"hidden": True})
    assert hidden.json() == {"data": {"hidden": True}}
    assert "Hidden by the author" in pretend.anybody.get(f"/{brand.username}/status/{own}").text
    assert brand.user.put(f"/2/tweets/{rude}/hidden", json={"hidden": False}).json() == {"data": {"hidden": False}}
    for one in (other, own):
        assert brand.user.put(f"/2/tweets/{one}/hidden", json={"hidden": True}).status_code == 403
    assert brand.user.put("/2/tweets/12/hidden", json={"hidden": True}).status_code == 404


def test_a_post_withheld_somewhere_says_where(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand, newer = new_brand(), new_brand(vocabulary="post")
    one = pretend.post("pam_k", "not in France")["id"]
    pretend.say(f"posts/{one}/withhold", {"countries": ["fr"], "copyright": True})
    told = {"copyright": True, "country_codes": ["FR"]}
    seen = shown(brand, one, **{"tweet.fields": "withheld"})["data"]["withheld"]
    assert seen == told | {"scope": "tweet"}
    seen = shown(newer, one, **{"post.fields": "withheld"})["data"]["withheld"]
    assert seen == told | {"scope": "post"}


def test_a_bounced_post_is_not_there_until_it_stands_again(pretend: Practice, brand: Brand) -> None:
    one = pretend.post("pam_l", "something odd")["id"]
    pretend.say(f"posts/{one}/bounce", {})
    assert "data" not in shown(brand, one)
    pretend.say(f"posts/{one}/bounce", {"bounced": False})
    assert shown(brand, one)["data"]["id"] == one


def test_what_is_disclosed_is_told(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(vocabulary="post")
    new = made(brand, "Buy this", paid_partnership=True, made_with_ai=True)
    assert shown(brand, new, **{"post.fields": "paid_partnership"})["data"]["paid_partnership"] is True
    page = pretend.anybody.get(f"/{brand.username}").text
    assert "Paid partnership" in page
    assert "Made with AI" in page


def test_what_nobody_here_knows_is_a_400(brand: Brand) -> None:
    for more in ({"community_id": "12"}, {"geo": {"place_id": "nowhere"}}, {"quote_tweet_id": "x"}):
        assert post(brand, **more).status_code == 400


def test_a_deep_link_to_a_number_that_no_id_has_breaks_no_page(pretend: Practice, brand: Brand) -> None:
    link = "https://x.com/messages/compose?recipient_id=9999999999999999999"
    assert (
        brand.user.post("/2/tweets", json={"text": "Write to us", "direct_message_deep_link": link}).status_code == 201
    )
    assert httpx.get(pretend.url).status_code == 200
