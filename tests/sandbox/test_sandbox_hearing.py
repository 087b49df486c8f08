"""What the pretend X evaluates rules on is what it tells along with a post."""

import json
from pathlib import Path

from practice import Brand, Practice

from earful.connectors.x.reading import read
from earful.connectors.x.vocabulary import TWEET
from earful.core.post import Place
from earful.sandbox.store import Store

PROFILE = {
    "username": "tea_taster",
    "bio": "Tea drinker",
    "location": "Leeds",
    "following": 90,
    "listed": 3,
    "followers": 7,
}


def test_rules_about_a_profile_find_what_the_profile_says(pretend: Practice, brand: Brand) -> None:
    pretend.say("accounts", PROFILE)
    brand.follow('bio:"tea drinker" bio_location:leeds listed_count:3 following_count:90', "bio:coffee")
    with brand.stream(**TWEET.posts) as lines:
        pretend.post("tea_taster", "hello")
        line = lines.next_post()
    assert [rule["tag"].split()[1] for rule in line["matching_rules"]] == ['bio:"tea']
    (arrival,) = read(json.dumps(line).encode())
    assert arrival.post is not None
    author = arrival.post.author
    assert (author.bio, author.location, author.followers) == ("Tea drinker", "Leeds", 7)
    assert (author.following, author.listed, author.posts) == (90, 3, 1)
    assert arrival.post.source == "X Web App"


def test_a_rule_about_a_quoted_post_finds_its_words_and_they_come_along(pretend: Practice, brand: Brand) -> None:
    said = pretend.post("quoted_quinn", "nobody reads marmalade labels")
    brand.follow("marmalade is:quote")
    with brand.stream(**TWEET.posts) as lines:
        pretend.say("posts", {"username": "quoting_quy", "text": "so true", "quote": said["id"]})
        (arrival,) = read(json.dumps(lines.next_post()).encode())
    assert arrival.quoted is not None
    assert arrival.quoted.text == "nobody reads marmalade labels"


def test_a_rule_about_whose_post_is_reposted_finds_the_repost(pretend: Practice, brand: Brand) -> None:
    said = pretend.post("spread_me", "worth spreading")
    brand.follow("retweets_of:spread_me")
    with brand.stream(**TWEET.posts) as lines:
        pretend.say("posts", {"username": "spreading_sam", "repost": said["id"]})
        (arrival,) = read(json.dumps(lines.next_post()).encode())
    assert arrival.post is not None
    assert (arrival.post.reposts, arrival.post.reposts_handle) == (said["id"], "spread_me")


LOUVRE = {
    "id": "0f01",
    "name": "Louvre",
    "full_name": "Louvre, Paris",
    "country": "France",
    "country_code": "FR",
    "place_type": "poi",
    "geo": {"type": "Feature", "bbox": [2.33, 48.859, 2.34, 48.864], "properties": {}},
}
FACTS = {
    "likes": 12,
    "place": LOUVRE,
    "context_annotations": [{"domain": {"id": "47", "name": "Brand"}, "entity": {"id": "5", "name": "Acme"}}],
    "annotations": [{"start": 0, "end": 3, "type": "Organization", "normalized_text": "Acme", "probability": 0.9}],
}


def test_places_likes_and_annotations_are_told_and_asked_alike(pretend: Practice, brand: Brand) -> None:
    brand.follow("place:louvre place_country:FR context:47.* entity:acme has:geo source:kiosk")
    with brand.stream(**TWEET.posts) as lines:
        pretend.say("posts", {"username": "placed_pia", "text": "Acme bag", "source": "Kiosk", "facts": FACTS})
        (arrival,) = read(json.dumps(lines.next_post()).encode())
    assert arrival.post is not None
    assert arrival.post.place == Place("0f01", "Louvre", "Louvre, Paris", "FR", "France", (2.33, 48.859, 2.34, 48.864))
    assert (arrival.post.likes, arrival.post.topics, arrival.post.entities) == (12, ("47.5",), ("Acme",))


def test_a_file_of_an_older_version_gets_the_columns_that_it_lacks(tmp_path: Path) -> None:
    Store(tmp_path / "old.db").connection.execute("ALTER TABLE posts DROP COLUMN facts")
    assert "facts" in [row["name"] for row in Store(tmp_path / "old.db").rows("PRAGMA table_info(posts)")]
