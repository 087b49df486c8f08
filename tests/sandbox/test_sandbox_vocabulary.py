"""An app that is told both vocabularies is answered in the one that it spoke, and in both where it used neither."""

from collections.abc import Callable

from practice import Brand, Practice


def test_an_app_of_both_is_answered_in_its_own_words(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(vocabulary="both")
    post = pretend.post("both_a", f"@{brand.username} hello")
    path = f"/2/tweets/{post['id']}"
    older = brand.app.get(path, params={"tweet.fields": "public_metrics"}).json()["data"]
    assert "retweet_count" in older["public_metrics"]
    assert "repost_count" not in older["public_metrics"]
    newer = brand.app.get(path, params={"post.fields": "public_metrics"}).json()["data"]
    assert "repost_count" in newer["public_metrics"]
    assert "edit_history_tweet_ids" not in newer
    neither = brand.app.get(path).json()["data"]
    assert neither["edit_history_tweet_ids"] == neither["edit_history_post_ids"] == [post["id"]]


def test_its_stream_tells_everything_under_either_name(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(vocabulary="both")
    brand.follow("wombat")
    with brand.stream(**{"tweet.fields": "public_metrics", "expansions": "author_id"}) as lines:
        pretend.post("both_b", "a wombat")
        data = lines.next_post()["data"]
    assert data["public_metrics"]["retweet_count"] == data["public_metrics"]["repost_count"] == 0
    assert data["edit_history_post_ids"] == [data["id"]]


def test_the_other_vocabularies_refuse_each_others_names(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    for vocabulary, wrong in (("tweet", "post.fields"), ("post", "tweet.fields")):
        assert (
            new_brand(vocabulary=vocabulary).app.get("/2/tweets", params={"ids": "1", wrong: "text"}).status_code == 400
        )
