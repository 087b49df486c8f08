"""A stored post answers a rule as it did when it was heard."""

import json

import pytest
from heard_posts import keep, said
from hypothesis import given, settings
from hypothesis import strategies as st

from building import brand
from core.language.rule_generator import posts, trees
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DialectName
from earful.core.language.matcher import match
from earful.core.language.tree import Tree
from earful.core.post import Author, Link, Media, Place
from earful.core.post import Post as Said
from earful.people.models import Identity
from earful.posts.models import Post
from earful.posts.remembering import facts, json_text, remembered

EVERYTHING = said(
    "kettle \x00 and \U0001f355",
    author=Author("7", "Nina", "Nina O", "https://pic.example/n", 5, True, False, "gardener", "Leeds", 9, 8, 7),
    root="88", reply_to="89", reply_to_author="90", reply_to_handle="LumenHelp", quotes="91", quotes_author="92",
    mentions=("lumenhelp",), hashtags=("Tag",), links=(Link("https://t.co/a", "https://a.example", "a", "T", "D"),),
    media=(Media("photo", "https://pic.example/1", "", "a cat"),), lang="en", spread=3, replies=4, likes=5, reposted=2,
    place=Place("p", "Leeds", "Leeds, England", "GB", "United Kingdom", (-1.8, 53.7, -1.2, 53.9)), point=(-1.5, 53.8),
    source="Web App", topics=("47.1",), entities=("Leeds United",), reposts_author="93", reposts_handle="Somebody",
)  # fmt: skip


def row_of(post: Said, quoted: Said | None) -> Post:
    """The row that `store` would make, without a database."""
    author = Identity(account_id=post.author.id, handle="renamed", avatar=post.author.avatar)
    same = {name: getattr(post, name) for name in ("network", "version", "text", "lang", "root", "reply_to", "spread")}
    same |= {name: getattr(post, name) for name in ("reply_to_author", "quotes", "quotes_author", "reposts", "private")}
    lists = {name: json.loads(json_text(getattr(post, name))) for name in ("mentions", "links", "media")}
    kept = json.loads(facts(post, quoted))
    return Post(author=author, network_id=post.id, created_at=post.created_at, facts=kept, **same, **lists)


@pytest.mark.parametrize("dialect", ["stream", "search", "stored"])
@settings(max_examples=200, deadline=None)
@given(tree=trees, post=posts, quoted=st.none() | posts)
def test_a_remembered_post_answers_every_rule_as_before(
    dialect: DialectName, tree: Tree, post: Said, quoted: Said | None
) -> None:
    again, quoted_again = remembered(row_of(post, quoted))
    assert match(tree, Candidate(again, quoted_again, dialect)) == match(tree, Candidate(post, quoted, dialect))


def test_everything_that_was_told_is_remembered(db: None) -> None:
    keep(brand(), EVERYTHING)
    again, quoted = remembered(Post.objects.select_related("author").get())
    assert again.text == "kettle \ufffd and \U0001f355"
    assert {name: getattr(again, name) for name in again.__struct_fields__ if name != "text"} == {
        name: getattr(EVERYTHING, name) for name in EVERYTHING.__struct_fields__ if name != "text"
    }
    assert quoted is None


def test_a_quoted_post_is_remembered_with_its_words(db: None) -> None:
    keep(
        brand(),
        said("look", quotes="9", quotes_author="44"),
        quoted=said("kettle", id="9", author=Author("44", "yuki")),
    )
    _, quoted = remembered(Post.objects.select_related("author").get())
    assert quoted is not None
    assert (quoted.id, quoted.text, quoted.author.id, quoted.author.handle) == ("9", "kettle", "44", "yuki")


def test_the_author_is_remembered_as_they_were_then(db: None) -> None:
    channel = brand()
    keep(channel, said("first", author=Author("7", "small", followers=3)))
    keep(channel, said("second", author=Author("7", "famous", followers=3_000_000)))
    first, _ = remembered(Post.objects.select_related("author").get(text="first"))
    assert (first.author.handle, first.author.followers) == ("small", 3)


def test_a_post_from_before_facts_were_kept_has_the_author_of_today(db: None) -> None:
    keep(brand(), said("old", author=Author("7", "nina", "Nina", followers=3)))
    Post.objects.update(facts={})
    old, _ = remembered(Post.objects.select_related("author").get())
    assert (old.author.handle, old.author.followers, old.hashtags) == ("nina", 3, ())
