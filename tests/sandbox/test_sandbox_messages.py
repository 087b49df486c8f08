"""Private messages: whom they reach, what they carry, groups, and what one deletes for oneself."""

from collections.abc import Callable
from typing import Any

import pytest
from practice import Brand, Practice
from specimens import png

FIELDS = {
    "dm_event.fields": "attachments,created_at,dm_conversation_id,event_type,participant_ids,sender_id,text",
    "expansions": "sender_id,attachments.media_keys",
    "media.fields": "url,width",
}


@pytest.fixture
def pretend(later: Practice) -> Practice:
    return later


def customer(pretend: Practice, username: str) -> str:
    made: str = pretend.say("accounts", {"username": username})["id"]
    return made


def write(brand: Brand, to: str, text: str = "Hello", **more: Any) -> Any:
    return brand.user.post(f"/2/dm_conversations/with/{to}/messages", json={"text": text} | more)


def photo(brand: Brand, category: str = "dm_image") -> str:
    form, files = {"media_category": category}, {"media": ("a.png", png())}
    sent: str = brand.user.post("/2/media/upload", data=form, files=files).json()["data"]["id"]
    return sent


def receives(brand: Brand, username: str) -> bool:
    query = {"user.fields": "receives_your_dm"}
    told: bool = brand.user.get(f"/2/users/by/username/{username}", params=query).json()["data"]["receives_your_dm"]
    return told


def test_settings_decide_whom_a_message_reaches(pretend: Practice, brand: Brand) -> None:
    person = customer(pretend, "dm_a")
    assert write(brand, person).status_code == 201
    pretend.say("accounts/dm_a/state", {"letters": "closed"})
    refused = write(brand, person)
    assert (refused.status_code, refused.json()["type"]) == (403, "about:blank")
    assert "permission to DM" in refused.json()["detail"]
    assert receives(brand, "dm_a") is False


def test_who_takes_answers_only_must_have_written_first(pretend: Practice, brand: Brand) -> None:
    person = customer(pretend, "dm_b")
    pretend.say("accounts/dm_b/state", {"letters": "answers"})
    assert write(brand, person).status_code == 403
    assert receives(brand, "dm_b") is False
    pretend.say("messages", {"from": "dm_b", "to": brand.username, "text": "help"})
    assert receives(brand, "dm_b") is True
    assert write(brand, person).status_code == 201


def test_blocks_on_either_side_stop_messages_in_words_of_their_own(pretend: Practice, brand: Brand) -> None:
    person = customer(pretend, "dm_c")
    assert brand.user.post(f"/2/users/{person}/dm/block").json() == {"data": {"blocked": True}}
    mine = write(brand, person).json()["detail"]
    assert brand.user.post(f"/2/users/{person}/dm/unblock").json() == {"data": {"blocked": False}}
    assert write(brand, person).status_code == 201
    pretend.say("accounts/dm_c/ties", {"tie": "blocks", "to": brand.username})
    theirs = write(brand, person).json()["detail"]
    pretend.say("accounts/dm_c/state", {"away": "suspended"})
    gone = write(brand, person).json()["detail"]
    assert len({mine, theirs, gone}) == 3
    pretend.say("accounts/dm_c/state", {"away": "deactivated"})
    assert write(brand, person).status_code == 400


def test_an_app_alone_is_not_told_how_two_stand_to_each_other(pretend: Practice, brand: Brand) -> None:
    customer(pretend, "dm_d")
    query = {"user.fields": "receives_your_dm,connection_status"}
    told = brand.app.get("/2/users/by/username/dm_d", params=query).json()["data"]
    assert set(told) == {"id", "name", "username"}


def test_a_message_carries_exactly_one_file_with_or_without_words(pretend: Practice, brand: Brand) -> None:
    person, media = customer(pretend, "dm_e"), photo(brand)
    assert write(brand, person, text="").status_code == 400
    sent = brand.user.post(f"/2/dm_conversations/with/{person}/messages", json={"attachments": [{"media_id": media}]})
    assert sent.status_code == 201
    many = [{"media_id": media}, {"media_id": photo(brand)}]
    assert write(brand, person, attachments=many).status_code == 400
    assert write(brand, person, attachments=[{"media_id": photo(brand, "tweet_image")}]).status_code == 400


def test_who_takes_part_downloads_the_attachment_by_its_address(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    brand, other = new_brand(), new_brand()
    query = {"username": "dm_f", "category": "dm_image"}
    up = pretend.control.post("/pretend/uploads", params=query, content=png()).json()
    pretend.say("messages", {"from": "dm_f", "to": brand.username, "text": "my bill", "media": up["id"]})
    whole = brand.user.get("/2/dm_events", params=FIELDS).json()
    (event,), (media,) = whole["data"], whole["includes"]["media"]
    assert event["attachments"]["media_keys"] == [media["media_key"]]
    assert media["width"] == 4
    path = f"/2/dm_conversations/media/{'/'.join(media['url'].rsplit('/', 3)[1:])}"
    assert brand.user.get(path).content == png()
    assert other.user.get(path).status_code == 404
    assert brand.app.get(path).status_code == 403
    assert pretend.anybody.get(media["url"].removeprefix(pretend.url)).status_code == 404
    assert pretend.anybody.get(f"/media/{up['id']}.png").status_code == 404


def test_a_group_hears_who_joined_and_who_left(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand, other = new_brand(), new_brand()
    people = [customer(pretend, "dm_g"), other.id]
    body = {"conversation_type": "Group", "participant_ids": people, "message": {"text": "All of you"}}
    made = brand.user.post("/2/dm_conversations", json=body)
    assert made.status_code == 201
    group = made.json()["data"]["dm_conversation_id"]
    path = f"/2/dm_conversations/{group}"
    assert other.user.post(f"{path}/messages", json={"text": "Thank you"}).status_code == 201
    events = brand.user.get(f"{path}/dm_events", params=FIELDS).json()["data"]
    assert [event["event_type"] for event in events] == ["MessageCreate", "MessageCreate", "ParticipantsJoin"]
    assert set(events[-1]["participant_ids"]) == set(people)
    assert brand.user.get("/2/dm_events", params={"event_types": "ParticipantsJoin"}).json()["data"]
    pretend.say("messages/leave", {"username": other.username, "conversation": group})
    assert other.user.get(f"{path}/dm_events").status_code == 403
    newest = brand.user.get(f"{path}/dm_events", params=FIELDS).json()["data"][0]
    assert (newest["event_type"], newest["participant_ids"]) == ("ParticipantsLeave", [other.id])


def test_a_group_has_two_to_forty_nine_others_who_take_messages(pretend: Practice, brand: Brand) -> None:
    people = [customer(pretend, "dm_h"), customer(pretend, "dm_i")]
    body: dict[str, Any] = {"conversation_type": "Group", "message": {"text": "All of you"}}
    for few in (people[:1], [people[0]] * 2):
        assert brand.user.post("/2/dm_conversations", json=body | {"participant_ids": few}).status_code == 400
    pretend.say("accounts/dm_i/state", {"letters": "closed"})
    assert brand.user.post("/2/dm_conversations", json=body | {"participant_ids": people}).status_code == 403


def test_what_one_deletes_the_other_goes_on_seeing(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand, other = new_brand(), new_brand()
    event = write(brand, other.id).json()["data"]["dm_event_id"]
    assert brand.user.get(f"/2/dm_events/{event}").json()["data"]["text"] == "Hello"
    assert brand.user.delete(f"/2/dm_events/{event}").json() == {"data": {"deleted": True}}
    assert brand.user.get(f"/2/dm_events/{event}").status_code == 404
    assert brand.user.get("/2/dm_events").json() == {"meta": {"result_count": 0}}
    assert [one["id"] for one in other.user.get("/2/dm_events").json()["data"]] == [event]


def test_what_is_in_a_message_is_told_with_its_place(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("dm_k", "the one I mean")["id"]
    text = f"Hi @{brand.username} #broken https://x.com/dm_k/status/{post}"
    pretend.say("messages", {"from": "dm_k", "to": brand.username, "text": text})
    query = {"dm_event.fields": "entities,referenced_tweets,text", "expansions": "referenced_tweets.id"}
    whole = brand.user.get("/2/dm_events", params=query).json()
    (event,) = whole["data"]
    for kind, words in (("mentions", f"@{brand.username}"), ("hashtags", "#broken")):
        (found,) = event[kind]
        assert text[found["start"] : found["end"]] == words
    assert event["urls"][0]["expanded_url"].endswith(post)
    assert event["referenced_tweets"] == [{"id": post}]
    assert [one["id"] for one in whole["includes"]["tweets"]] == [post]


def test_messages_older_than_thirty_days_are_not_listed(pretend: Practice, brand: Brand) -> None:
    write(brand, customer(pretend, "dm_j"))
    pretend.say("clock", {"forward": 31 * 24 * 3600})
    assert brand.user.get("/2/dm_events").json() == {"meta": {"result_count": 0}}


def test_a_group_of_a_number_that_no_id_has_is_not_ours(brand: Brand) -> None:
    path = "/2/dm_conversations/9999999999999999999"
    assert brand.user.get(f"{path}/dm_events").status_code == 403
    assert brand.user.post(f"{path}/messages", json={"text": "psst"}).status_code == 403
