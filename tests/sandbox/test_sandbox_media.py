"""Files: uploaded in one go or in segments, worked on, described, put on posts, and shown to browsers."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from practice import Brand, Practice
from specimens import clip, gif, jpeg, png

UPLOAD = "/2/media/upload"


@pytest.fixture
def pretend(later: Practice) -> Practice:
    return later


def begin(brand: Brand, data: bytes, category: str, mime: str) -> str:
    body = {"media_category": category, "media_type": mime, "total_bytes": len(data)}
    answer = brand.user.post(f"{UPLOAD}/initialize", json=body)
    assert answer.status_code == 200, answer.text
    begun: str = answer.json()["data"]["id"]
    return begun


def send_up(brand: Brand, data: bytes, category: str, mime: str, part: int = 1_000_000) -> dict[str, Any]:
    """Upload in segments, and finish."""
    media = begin(brand, data, category, mime)
    for number, at in enumerate(range(0, len(data), part)):
        files = {"media": ("blob", data[at : at + part], "application/octet-stream")}
        answer = brand.user.post(f"{UPLOAD}/{media}/append", data={"segment_index": number}, files=files)
        assert answer.status_code == 200, answer.text
    finished: dict[str, Any] = brand.user.post(f"{UPLOAD}/{media}/finalize").json()
    return finished


def photo(brand: Brand, category: str = "tweet_image") -> str:
    """Upload a picture in one go."""
    answer = brand.user.post(UPLOAD, data={"media_category": category}, files={"media": ("a.png", png())})
    assert answer.status_code == 200, answer.text
    sent: str = answer.json()["data"]["id"]
    return sent


def post_with(brand: Brand, *media: str, text: str = "") -> Any:
    return brand.user.post("/2/tweets", json={"text": text, "media": {"media_ids": list(media)}})


def test_a_picture_goes_up_in_one_go_and_out_on_a_post_with_its_words(pretend: Practice, brand: Brand) -> None:
    media = photo(brand)
    told = {"id": media, "metadata": {"alt_text": {"text": "A dark screen"}}}
    described = brand.user.post("/2/media/metadata", json=told).json()["data"]
    assert described["associated_metadata"] == {"alt_text": {"text": "A dark screen"}}
    post = post_with(brand, media).json()["data"]["id"]
    wanted = {"expansions": "attachments.media_keys", "media.fields": "url,alt_text,width,height"}
    (shown,) = brand.app.get(f"/2/tweets/{post}", params=wanted).json()["includes"]["media"]
    assert (shown["type"], shown["width"], shown["height"], shown["alt_text"]) == ("photo", 4, 3, "A dark screen")
    page = pretend.anybody.get(shown["url"])
    assert (page.content, page.headers["content-type"]) == (png(), "image/png")
    assert page.headers["x-content-type-options"] == "nosniff"


def test_segments_may_come_as_base64_and_in_any_order(brand: Brand) -> None:
    data = png(40, 30)
    media = begin(brand, data, "tweet_image", "image/png")
    for number, part in ((1, data[20:]), (0, data[:20])):
        body = {"segment_index": number, "media": b64encode(part).decode()}
        assert brand.user.post(f"{UPLOAD}/{media}/append", json=body).status_code == 200
    done = brand.user.post(f"{UPLOAD}/{media}/finalize").json()["data"]
    assert done["size"] == len(data)
    assert "processing_info" not in done


def test_a_video_is_worked_on_for_a_while_and_cannot_be_used_before(pretend: Practice, brand: Brand) -> None:
    done = send_up(brand, clip(padding=3000), "tweet_video", "video/mp4", part=1000)["data"]
    assert done["processing_info"]["state"] == "pending"
    assert done["processing_info"]["check_after_secs"] >= 1
    assert post_with(brand, done["id"], text="look").status_code == 400
    query = {"command": "STATUS", "media_id": done["id"]}
    pretend.say("clock", {"forward": 1.5})
    assert brand.user.get(UPLOAD, params=query).json()["data"]["processing_info"]["state"] == "in_progress"
    pretend.say("clock", {"forward": 1})
    assert brand.user.get(UPLOAD, params=query).json()["data"]["processing_info"]["state"] == "succeeded"
    post = post_with(brand, done["id"], text="look").json()["data"]["id"]
    fields = "duration_ms,variants,preview_image_url,width,height,public_metrics"
    wanted = {"expansions": "attachments.media_keys", "media.fields": fields}
    (shown,) = brand.app.get(f"/2/tweets/{post}", params=wanted).json()["includes"]["media"]
    assert (shown["type"], shown["duration_ms"], shown["width"]) == ("video", 2000, 320)
    assert shown["variants"][0]["content_type"] == "video/mp4"
    assert pretend.anybody.get(shown["preview_image_url"]).status_code == 200


def test_a_video_may_fail_on_demand(pretend: Practice, brand: Brand) -> None:
    pretend.say("uploads/work", {"failing": 1})
    media = send_up(brand, clip(), "tweet_video", "video/mp4")["data"]["id"]
    pretend.say("clock", {"forward": 5})
    told = brand.user.get(UPLOAD, params={"media_id": media}).json()
    assert told["data"]["processing_info"]["state"] == "failed"
    assert told["errors"][0]["detail"]
    assert post_with(brand, media, text="look").status_code == 400


@pytest.mark.parametrize(
    ("data", "category", "mime"),
    [
        (clip(seconds=141), "tweet_video", "video/mp4"),
        (clip(seconds=0.2), "tweet_video", "video/mp4"),
        (gif(frames=351), "tweet_gif", "image/gif"),
        (gif(width=1281), "tweet_gif", "image/gif"),
        (b"no video at all", "tweet_video", "video/mp4"),
    ],
)
def test_what_is_unfit_fails_while_it_is_worked_on(
    pretend: Practice, brand: Brand, data: bytes, category: str, mime: str
) -> None:
    media = send_up(brand, data, category, mime)["data"]["id"]
    pretend.say("clock", {"forward": 5})
    told = brand.user.get(UPLOAD, params={"media_id": media}).json()
    assert told["data"]["processing_info"]["state"] == "failed"


def test_a_file_is_what_its_bytes_say(brand: Brand) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for data in (svg, b"%PDF-1.4", clip()):
        answer = brand.user.post(UPLOAD, data={"media_category": "tweet_image"}, files={"media": ("a.png", data)})
        assert answer.status_code == 400, data
    answer = brand.user.post(UPLOAD, data={"media_category": "tweet_image"}, files={"media": ("a.txt", jpeg())})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"media_category": "tweet_image", "media_type": "image/png", "total_bytes": 5 * 1024 * 1024 + 1},
        {"media_category": "tweet_gif", "media_type": "image/gif", "total_bytes": 15 * 1024 * 1024 + 1},
        {"media_category": "tweet_image", "media_type": "video/mp4", "total_bytes": 10},
        {"media_category": "selfie", "media_type": "image/png", "total_bytes": 10},
        {"media_category": "tweet_image", "media_type": "image/png"},
        {"media_category": "tweet_image", "media_type": "image/png", "total_bytes": 10, "colour": "red"},
    ],
)
def test_an_upload_that_cannot_end_well_does_not_begin(brand: Brand, body: dict[str, Any]) -> None:
    assert brand.user.post(f"{UPLOAD}/initialize", json=body).status_code == 400


def test_bytes_that_are_missing_or_too_many_are_refused(brand: Brand) -> None:
    media = begin(brand, png(), "tweet_image", "image/png")
    assert brand.user.post(f"{UPLOAD}/{media}/finalize").status_code == 400
    files = {"media": ("blob", png() + b"more")}
    assert brand.user.post(f"{UPLOAD}/{media}/append", data={"segment_index": 0}, files=files).status_code == 400
    files = {"media": ("blob", png())}
    assert brand.user.post(f"{UPLOAD}/{media}/append", data={"segment_index": 1000}, files=files).status_code == 400


def test_files_of_others_do_not_exist(new_brand: Callable[..., Brand]) -> None:
    mine, other = new_brand(), new_brand()
    media = photo(mine)
    assert other.user.get(UPLOAD, params={"media_id": media}).status_code == 404
    assert other.user.post(f"{UPLOAD}/{media}/finalize").status_code == 404
    answer = post_with(other, media, text="look")
    assert (answer.status_code, "media IDs are invalid" in answer.text) == (400, True)


def test_a_file_may_be_shared_with_other_owners(new_brand: Callable[..., Brand]) -> None:
    mine, other = new_brand(), new_brand()
    form = {"media_category": "tweet_image", "additional_owners": other.id}
    media = mine.user.post(UPLOAD, data=form, files={"media": ("a.png", png())}).json()["data"]["id"]
    assert post_with(other, media, text="look").status_code == 201


def test_four_photos_fit_a_post_and_a_gif_stands_alone(pretend: Practice, brand: Brand) -> None:
    photos = [photo(brand) for _ in range(5)]
    assert post_with(brand, *photos[:4]).status_code == 201
    assert post_with(brand, *photos).status_code == 400
    moving = send_up(brand, gif(), "tweet_gif", "image/gif")["data"]["id"]
    pretend.say("clock", {"forward": 5})
    assert post_with(brand, moving, photos[0]).status_code == 400
    assert post_with(brand, moving).status_code == 201
    assert post_with(brand, photo(brand, "dm_image"), text="look").status_code == 400


def test_what_nothing_carries_expires_after_a_day(pretend: Practice, brand: Brand) -> None:
    kept, lost = photo(brand), photo(brand)
    post = post_with(brand, kept).json()["data"]["id"]
    pretend.say("clock", {"forward": 86_500})
    assert brand.user.get(UPLOAD, params={"media_id": lost}).status_code == 404
    wanted = {"expansions": "attachments.media_keys", "media.fields": "url"}
    (shown,) = brand.app.get(f"/2/tweets/{post}", params=wanted).json()["includes"]["media"]
    assert pretend.anybody.get(shown["url"]).status_code == 200


def test_a_body_has_an_end(brand: Brand) -> None:
    media = begin(brand, png(), "tweet_image", "image/png")
    files = {"media": ("blob", bytes(9 * 1024 * 1024))}
    assert brand.user.post(f"{UPLOAD}/{media}/append", data={"segment_index": 0}, files=files).status_code == 413
