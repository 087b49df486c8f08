"""What people see and type in a browser."""

from urllib.parse import urlsplit

import httpx
import pytest
from practice import Brand, Practice
from specimens import png

HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{ 7*7 }} &amp; javascript:alert(3)'


def form(pretend: Practice, path: str, data: dict[str, str], origin: str | None = None) -> httpx.Response:
    headers = {"origin": pretend.url if origin is None else origin}
    return pretend.anybody.post(path, data=data, headers=headers)


def test_every_page_says_where_one_is_and_loads_nothing_foreign(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("gus_a", f"@{brand.username} hello")
    for path in ("/", "/gus_a", f"/gus_a/status/{post['id']}", "/i/messages/gus_a", "/intent/post"):
        page = pretend.anybody.get(path)
        assert page.status_code == 200, path
        assert "Pretend X. Nothing here leaves this machine." in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert 'src="http' not in page.text
        assert "<style" not in page.text


def test_hostile_text_stays_text(pretend: Practice) -> None:
    post = pretend.post("gus_b", HOSTILE)
    pretend.say("accounts", {"username": "gus_b", "name": "<b>Gus</b>", "bio": "<script>1</script>"})
    pretend.brand("PagesBrand")
    pretend.say("messages", {"from": "gus_b", "to": "PagesBrand", "text": HOSTILE})
    paths = ("/", "/gus_b", f"/gus_b/status/{post['id']}", "/i/messages/gus_b?with=PagesBrand")
    for path in (*paths, f"/intent/post?text={HOSTILE}&in_reply_to={post['id']}"):
        page = pretend.anybody.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Gus</b>" not in page
        assert "{{ 7*7 }}" in page or path == "/"
    assert "<" not in pretend.anybody.get("/portrait/<x>.svg").text.split("</text>")[0].rsplit(">", 1)[1]


def test_a_customer_posts_and_answers_by_form(pretend: Practice, brand: Brand) -> None:
    typed = {"username": "@gus_c", "text": f"@{brand.username} my line is dead"}
    assert form(pretend, "/post", typed).headers["location"] == "/"
    (post,) = pretend.control.get("/pretend/posts", params={"username": "gus_c"}).json()["posts"]
    answer = {"username": "gus_d", "text": "mine too", "reply_to": post["id"]}
    place = form(pretend, "/post", answer).headers["location"]
    assert "mine too" in pretend.anybody.get(place).text


def test_the_brands_answer_is_marked_in_the_thread(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("gus_e", f"@{brand.username} help")
    sent = brand.answer(post["id"], "On it, Gus").json()["data"]["id"]
    page = pretend.anybody.get(f"/gus_e/status/{sent}").text
    assert f'class="post brand chosen" id="p{sent}"' in page
    assert f'class="post" id="p{post["id"]}"' in page
    assert '<span class="badge">Brand</span>' in page


def test_posting_by_hand_is_prefilled_and_needs_no_summons(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("gus_f", "my line is dead")
    for path in ("/intent/post", "/intent/tweet"):
        query = {"in_reply_to": post["id"], "text": "We are sorry", "as": brand.username}
        page = pretend.anybody.get(path, params=query).text
        assert ">We are sorry</textarea>" in page
        assert "my line is dead" in page
    sent = {"in_reply_to": post["id"], "text": "We are sorry", "as": brand.username}
    assert form(pretend, "/intent/post", sent).status_code == 303
    (reply,) = pretend.control.get("/pretend/posts", params={"username": brand.username}).json()["posts"]
    assert reply["referenced_tweets"] == [{"type": "replied_to", "id": post["id"]}]


def test_a_text_too_long_by_hand_comes_back_with_the_reason(pretend: Practice, brand: Brand) -> None:
    page = form(pretend, "/intent/post", {"text": "word " * 80, "as": brand.username})
    assert page.status_code == 400
    assert "too long" in page.text
    assert "word word" in page.text


def test_a_private_answer_by_hand_goes_out_as_the_brand(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "gus_m"})
    form(pretend, "/i/messages/gus_m", {"with": brand.username, "text": "my number is 12"})
    query = {"recipient_id": customer["id"], "text": "Thank you, <Gus>"}
    page = pretend.anybody.get("/messages/compose", params=query)
    assert page.status_code == 200
    assert ">Thank you, &lt;Gus&gt;</textarea>" in page.text
    assert f'value="{brand.username}" selected' in page.text or f'name="as" value="{brand.username}"' in page.text
    sent = form(pretend, "/messages/compose", query | {"as": brand.username})
    assert sent.headers["location"] == f"/i/messages/gus_m?with={brand.username}"
    newest = brand.user.get("/2/dm_events", params={"dm_event.fields": "text,sender_id"}).json()["data"][0]
    assert (newest["text"], newest["sender_id"]) == ("Thank you, <Gus>", brand.id)


def test_a_private_answer_by_hand_needs_a_customer_and_our_own_page(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "gus_n"})["id"]
    for nobody, status in (("", 404), ("12", 404), ("x", 404), ("9" * 19, 404)):
        assert pretend.anybody.get("/messages/compose", params={"recipient_id": nobody}).status_code == status
    typed = {"recipient_id": customer, "text": "forged", "as": brand.username}
    assert form(pretend, "/messages/compose", typed, "https://evil.example").status_code == 403
    assert form(pretend, "/messages/compose", typed | {"text": " "}).status_code == 400
    assert brand.user.get("/2/dm_events").json().get("data", []) == []


def test_private_messages_are_written_and_shown(pretend: Practice, brand: Brand) -> None:
    pretend.say("accounts", {"username": "gus_g"})
    form(pretend, "/i/messages/gus_g", {"with": brand.username, "text": "my number is 12"})
    (event,) = brand.user.get("/2/dm_events").json()["data"]
    assert event["text"] == "my number is 12"
    shown = pretend.anybody.get(f"/i/messages/gus_g?with={brand.username}").text
    assert "my number is 12" in shown


def test_a_form_from_another_place_is_not_taken(pretend: Practice) -> None:
    typed = {"username": "gus_h", "text": "forged"}
    for origin in ("https://evil.example", "null", "", f"{pretend.url}.evil.example"):
        assert form(pretend, "/post", typed, origin).status_code == 403
    assert pretend.control.get("/pretend/posts", params={"username": "gus_h"}).json()["posts"] == []


def test_nobody_speaks_as_the_brand_by_the_customers_form(pretend: Practice, brand: Brand) -> None:
    assert form(pretend, "/post", {"username": brand.username, "text": "hi"}).status_code == 403


def test_a_page_is_sent_again_only_when_something_happened(pretend: Practice) -> None:
    etag = pretend.anybody.get("/").headers["etag"]
    assert pretend.anybody.get("/", headers={"if-none-match": etag}).status_code == 304
    pretend.post("gus_i", "news")
    assert pretend.anybody.get("/", headers={"if-none-match": etag}).status_code == 200


def test_what_is_not_there_says_so(pretend: Practice) -> None:
    for path in (
        "/nobody_at_all",
        "/x/status/12",
        "/x/status/abc",
        "/x/status/9999999999999999999",
        "/static/secret",
        "/i/messages/nobody_x",
    ):
        page = pretend.anybody.get(path)
        assert page.status_code == 404, path
        assert "did not work" in page.text


def test_a_deleted_post_leaves_its_place_in_the_thread(pretend: Practice) -> None:
    post = pretend.post("gus_j", "secret words")
    pretend.post("gus_k", "what did it say?", reply_to=post["id"])
    pretend.control.delete(f"/pretend/posts/{post['id']}")
    page = pretend.anybody.get(f"/gus_j/status/{post['id']}").text
    assert "This post was deleted." in page
    assert "secret words" not in page
    assert "what did it say?" in page


def test_a_very_deep_thread_is_shown_whole(pretend: Practice) -> None:
    first = pretend.post("gus_l", "word 0")
    posts = [{"username": "gus_l", "text": f"word {n}", "key": f"deep {n}"} for n in range(1, 301)]
    parents = [first["id"], *(f"key:deep {n}" for n in range(1, 300))]
    said = [post | {"reply_to": parent} for post, parent in zip(posts, parents, strict=True)]
    pretend.say("posts/bulk", {"posts": said})
    page = pretend.anybody.get(f"/gus_l/status/{first['id']}")
    assert page.status_code == 200
    assert page.text.count("<article") == 301


def test_a_button_on_a_post_lets_a_customer_write_in_private(pretend: Practice, brand: Brand) -> None:
    form = pretend.anybody.get("/messages/compose", params={"recipient_id": brand.id, "text": "About my bill"})
    assert "About my bill" in form.text
    said = {"with": brand.username, "username": "gus_q", "text": "My bill is wrong"}
    sent = pretend.anybody.post("/messages/approach", data=said, headers={"origin": pretend.url})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/i/messages/gus_q?with={brand.username}")
    (event,) = brand.user.get("/2/dm_events").json()["data"]
    assert event["text"] == "My bill is wrong"


def test_pictures_hang_on_posts_and_messages_with_their_words(pretend: Practice, brand: Brand) -> None:
    query = {"username": "gus_r", "category": "tweet_image", "alt": "A dead screen"}
    photo = pretend.control.post("/pretend/uploads", params=query, content=png()).json()
    pretend.post("gus_r", "look", media=[photo["media"]])
    page = pretend.anybody.get("/gus_r").text
    assert f'src="/media/{photo["id"]}.png" alt="A dead screen"' in page
    query |= {"category": "dm_image"}
    private = pretend.control.post("/pretend/uploads", params=query, content=png()).json()
    pretend.say("messages", {"from": "gus_r", "to": brand.username, "media": private["id"]})
    assert (
        f"/i/messages/files/{private['id']}.png" in pretend.anybody.get(f"/i/messages/gus_r?with={brand.username}").text
    )
    assert pretend.anybody.get(f"/i/messages/files/{private['id']}.png").content == png()


def test_pages_show_nothing_of_who_is_away_or_protected(pretend: Practice) -> None:
    root = pretend.post("gus_s", "first words")
    pretend.post("gus_t", "second words", reply_to=root["id"])
    for state, words in (({"protected": True}, "protected account"), ({"away": "suspended"}, "suspended")):
        pretend.say("accounts/gus_s/state", state)
        page = pretend.anybody.get(f"/gus_t/status/{root['id']}").text
        assert words in page
        assert "first words" not in page
    assert pretend.anybody.get("/gus_s").status_code == 404


def test_people_too_are_held_to_what_the_others_allow(pretend: Practice, brand: Brand) -> None:
    root = pretend.post("gus_u", "for friends", facts={"reply_settings": "following"})
    said = {"username": "gus_v", "text": "hello", "reply_to": root["id"]}
    assert pretend.anybody.post("/post", data=said, headers={"origin": pretend.url}).status_code == 403
    pretend.say(f"accounts/{brand.username}/state", {"letters": "closed"})
    said = {"with": brand.username, "username": "gus_v", "text": "psst"}
    assert pretend.anybody.post("/messages/approach", data=said, headers={"origin": pretend.url}).status_code == 403


@pytest.mark.parametrize("place", ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/"])
def test_no_page_leads_away(pretend: Practice, place: str) -> None:
    form = {"username": place, "text": "hello", "return_to": place, "next": place}
    written = pretend.anybody.post("/post", data=form, headers={"origin": pretend.url})
    assert written.status_code == 400
    written = pretend.anybody.post("/post", data=form | {"username": "pia_z"}, headers={"origin": pretend.url})
    assert written.headers["location"] == "/"
    for path in (f"/{place}", f"/{place}/", f"/pretend?return_to={place}"):
        led = urlsplit(pretend.anybody.get(path).headers.get("location", ""))
        assert led.netloc in ("", urlsplit(pretend.url).netloc), path
