"""Reading through the API: tokens, fields, both vocabularies, pages."""

from collections.abc import Callable

from practice import Brand, Practice

FIELDS = "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_tweets,entities,lang,note_tweet"


def test_a_bad_token_is_a_401_problem(pretend: Practice) -> None:
    answer = pretend.anybody.get("/2/users/me", headers={"authorization": "Bearer nobody"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["title"] == "Unauthorized"


def test_the_wrong_kind_of_token_is_a_403_that_names_the_right_one(brand: Brand) -> None:
    for answer in (brand.app.get("/2/users/me"), brand.user.get("/2/tweets/search/stream/rules")):
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/unsupported-authentication")


def test_the_token_tells_who_i_am(brand: Brand) -> None:
    answer = brand.user.get("/2/users/me", params={"user.fields": "public_metrics,verified"})
    assert answer.json()["data"]["username"] == brand.username
    assert answer.json()["data"]["public_metrics"]["tweet_count"] == 0
    assert answer.headers["api-version"] == "2.162"


def test_accounts_are_found_by_name_and_by_id(pretend: Practice, brand: Brand) -> None:
    pretend.say("accounts", {"username": "look_me_up", "name": "Look", "followers": 7})
    named = brand.app.get("/2/users/by/username/Look_Me_Up").json()["data"]
    assert brand.app.get(f"/2/users/{named['id']}").json()["data"] == named
    both = brand.app.get("/2/users", params={"ids": f"{named['id']},12"}).json()
    assert both["data"] == [named]
    assert both["errors"][0]["resource_type"] == "user"
    assert "errors" in brand.app.get("/2/users/by/username/nobody_at_all").json()


def test_a_post_has_three_fields_unless_more_are_asked_for(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("ann_a", f"@{brand.username} hello")
    plain = brand.app.get(f"/2/tweets/{post['id']}").json()["data"]
    assert set(plain) == {"id", "text", "edit_history_tweet_ids"}
    full = brand.app.get(f"/2/tweets/{post['id']}", params={"tweet.fields": FIELDS}).json()["data"]
    assert full["created_at"].endswith("Z")
    assert len(full["created_at"].split(".")[1]) == 4
    assert "in_reply_to_user_id" not in full


def test_entities_count_code_points_and_links_are_shortened(pretend: Practice, brand: Brand) -> None:
    typed = f"😡 @{brand.username} #down $LUM https://example.com/a/long/path?with=a&query=1 @nobody_here_x"
    post = pretend.post("ann_b", typed)
    for kind, words in (("mentions", f"@{brand.username}"), ("hashtags", "#down"), ("cashtags", "$LUM")):
        (found,) = post["entities"][kind]
        assert post["text"][found["start"] : found["end"]] == words
    (url,) = post["entities"]["urls"]
    assert post["text"][url["start"] : url["end"]] == url["url"]
    assert len(url["url"]) == 23
    assert url["expanded_url"] == "https://example.com/a/long/path?with=a&query=1"


def test_a_long_post_is_cut_and_whole_in_its_note(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("ann_c", f"@{brand.username} " + "very long story " * 40 + "the end")
    found = brand.app.get(f"/2/tweets/{post['id']}", params={"tweet.fields": FIELDS}).json()["data"]
    assert len(found["text"]) <= 280
    assert found["note_tweet"]["text"].endswith("the end")
    assert found["note_tweet"]["entities"]["mentions"]


def test_expansions_bring_authors_and_parents(pretend: Practice, brand: Brand) -> None:
    parent = pretend.post("ann_d", "my line is dead")
    post = pretend.post("ann_e", f"@{brand.username} mine too", reply_to=parent["id"])
    wanted = "author_id,in_reply_to_user_id,referenced_tweets.id.author_id,entities.mentions.username"
    whole = brand.app.get(f"/2/tweets/{post['id']}", params={"expansions": wanted}).json()
    assert {user["username"] for user in whole["includes"]["users"]} == {"ann_d", "ann_e", brand.username}
    assert [one["id"] for one in whole["includes"]["tweets"]] == [parent["id"]]
    assert whole["data"]["referenced_tweets"] == [{"type": "replied_to", "id": parent["id"]}]


def test_the_post_vocabulary_renames_everything(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(vocabulary="post")
    parent = pretend.post("ann_f", "dead line")
    post = pretend.post("ann_g", f"@{brand.username} " + "so long " * 60, reply_to=parent["id"])
    wanted = {"post.fields": "note_post,public_metrics", "expansions": "author_id,referenced_posts"}
    whole = brand.app.get(f"/2/tweets/{post['id']}", params=wanted).json()
    assert {"edit_history_post_ids", "note_post", "referenced_posts", "author_id"} <= set(whole["data"])
    assert "repost_count" in whole["data"]["public_metrics"]
    assert [one["id"] for one in whole["includes"]["posts"]] == [parent["id"]]
    assert brand.app.get(f"/2/tweets/{post['id']}", params={"tweet.fields": "lang"}).status_code == 400


def test_undeclared_names_are_refused(brand: Brand) -> None:
    for query in ({"post.fields": "lang"}, {"tweet.fields": "colour"}, {"expansions": "x"}, {"page": "2"}):
        answer = brand.app.get("/2/tweets/1", params=query)
        assert answer.status_code == 400, query
        assert answer.json()["type"].endswith("/invalid-request")


def test_mentions_come_newest_first_in_pages_and_since_an_id(pretend: Practice, brand: Brand) -> None:
    ids = [pretend.post("ann_h", f"@{brand.username} number {n}")["id"] for n in range(7)]
    path = f"/2/users/{brand.id}/mentions"
    first = brand.app.get(path, params={"max_results": 5}).json()
    assert [post["id"] for post in first["data"]] == ids[:1:-1]
    assert first["meta"]["newest_id"] == ids[-1]
    rest = {"max_results": 5, "pagination_token": first["meta"]["next_token"]}
    second = brand.app.get(path, params=rest).json()
    assert [post["id"] for post in second["data"]] == ids[1::-1]
    assert "next_token" not in second["meta"]
    since = brand.app.get(path, params={"since_id": ids[4]}).json()
    assert [post["id"] for post in since["data"]] == ids[:4:-1]
    assert brand.app.get(path, params={"max_results": 4}).status_code == 400
    assert brand.app.get(path, params={"since_id": ids[-1]}).json() == {"meta": {"result_count": 0}}


def test_a_reply_mentions_whom_its_parent_mentions_unless_excluded(pretend: Practice, brand: Brand) -> None:
    parent = pretend.post("ann_i", f"@{brand.username} help")
    pretend.post("ann_j", "same here", reply_to=parent["id"])
    found = brand.app.get(f"/2/users/{brand.id}/mentions").json()["data"]
    assert [post["text"] for post in found] == ["same here", f"@{brand.username} help"]


def test_a_start_time_is_a_bound(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("ann_k", f"@{brand.username} hello")
    path = f"/2/users/{brand.id}/mentions"
    assert brand.app.get(path, params={"start_time": post["created_at"]}).json()["meta"]["result_count"] == 1
    later = {"start_time": "2099-01-01T00:00:00Z"}
    assert brand.app.get(path, params=later).json()["meta"]["result_count"] == 0


def test_deleted_posts_are_partial_misses(pretend: Practice, brand: Brand) -> None:
    kept, gone = (pretend.post("ann_l", f"post {n}")["id"] for n in range(2))
    pretend.control.delete(f"/pretend/posts/{gone}")
    answer = brand.app.get("/2/tweets", params={"ids": f"{kept},{gone}"})
    assert answer.status_code == 200
    assert [post["id"] for post in answer.json()["data"]] == [kept]
    assert [error["resource_id"] for error in answer.json()["errors"]] == [gone]


def test_an_edit_is_a_new_id_with_its_history(pretend: Practice, brand: Brand) -> None:
    first = pretend.post("ann_m", f"@{brand.username} teh router")
    second = pretend.say(f"posts/{first['id']}/edit", {"text": f"@{brand.username} the router"})
    assert second["edit_history_tweet_ids"] == [first["id"], second["id"]]
    assert second["conversation_id"] == first["id"]
    found = brand.app.get(f"/2/users/{brand.id}/mentions").json()["data"]
    assert [post["id"] for post in found] == [second["id"]]


def test_search_finds_words_newest_first(pretend: Practice, brand: Brand) -> None:
    ids = [pretend.post("ann_n", f"zebracrossing is broken {n}")["id"] for n in range(12)]
    first = brand.app.get("/2/tweets/search/recent", params={"query": "zebracrossing -other"}).json()
    assert [post["id"] for post in first["data"]] == ids[:1:-1]
    rest = {"query": "zebracrossing -other", "next_token": first["meta"]["next_token"]}
    assert [p["id"] for p in brand.app.get("/2/tweets/search/recent", params=rest).json()["data"]] == ids[1::-1]
    assert brand.app.get("/2/tweets/search/recent", params={"query": "(("}).status_code == 400


def test_a_number_of_thousands_of_digits_is_refused(brand: Brand) -> None:
    for path, name in ((f"/2/users/{brand.id}/mentions", "max_results"), ("/2/usage/tweets", "days")):
        assert brand.app.get(path, params={name: "9" * 5_000}).status_code == 400
