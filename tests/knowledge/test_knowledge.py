"""Articles as people keep them, bring them in by a table, and as a text carries them."""

import pytest

from building import agent, brand
from earful.channels.models import Channel
from earful.knowledge import keeping
from earful.knowledge.carrying import carried
from earful.knowledge.importing import Unreadable, import_table
from earful.knowledge.keeping import Overtaken, SamePlace, keep, version
from earful.knowledge.models import Article
from earful.people.models import Agent
from earful.people.permitting import NotYours

WORDS = "Please take the plug out, wait a minute, and put it in again."


@pytest.fixture
def mara(db: None) -> Agent:
    """An administrator."""
    return agent("mara", is_staff=True)


@pytest.fixture
def lumen(db: None) -> Channel:
    return brand()


def article(by: Agent, **said: object) -> Article:
    return keep(Article(**{"title": "Reset", "address": "https://lumen.example/help/reset", **said}), by)


def test_only_an_administrator_keeps_articles(mara: Agent) -> None:
    kept, dario = article(mara), agent("dario")
    for deed in (lambda: article(dario, address=""), lambda: keeping.retire(kept, dario)):
        with pytest.raises(NotYours):
            deed()
    with pytest.raises(NotYours):
        import_table(b"title,address\n", dario, None)
    assert Article.objects.offered().count() == 1


def test_two_articles_never_lead_to_the_same_page_of_one_channel(mara: Agent, lumen: Channel) -> None:
    article(mara)
    with pytest.raises(SamePlace):
        article(mara, address="http://www.lumen.example/help/Reset/?utm_source=x")
    own = article(mara, channel=lumen)
    assert [each.pk for each in carried("see https://lumen.example/help/reset", lumen.pk)] == [own.pk]


def test_of_two_who_edit_at_once_the_second_is_told(mara: Agent) -> None:
    kept = article(mara)
    seen, theirs = version(kept), Article.objects.get()
    theirs.title = "Theirs"
    keep(theirs, mara, seen=seen)
    kept.title = "Mine"
    with pytest.raises(Overtaken):
        keep(kept, mara, seen=seen)
    assert Article.objects.get().title == "Theirs"


def test_a_retired_article_is_not_offered_until_it_is_brought_back(mara: Agent) -> None:
    kept = article(mara)
    keeping.retire(kept, mara)
    assert not Article.objects.offered().exists()
    keeping.bring_back(kept, mara)
    assert Article.objects.offered().exists()


@pytest.mark.parametrize(
    "text",
    [
        "See https://lumen.example/help/reset for how.",
        "See http://lumen.example/help/reset/?utm_source=desk",
        "Hold the button (https://www.lumen.example/help/reset).",
    ],
)
def test_a_text_carries_an_article_by_its_link(mara: Agent, lumen: Channel, text: str) -> None:
    kept = article(mara)
    assert list(carried(text, lumen.pk)) == [kept]
    assert not carried(text.replace("reset", "other"), lumen.pk)


def test_where_a_network_shortens_links_it_tells_where_they_lead(mara: Agent, lumen: Channel) -> None:
    kept = article(mara)
    assert list(carried("See https://t.co/abc", lumen.pk, ["https://lumen.example/help/reset"])) == [kept]


def test_an_article_without_an_address_is_known_by_its_words(mara: Agent, lumen: Channel) -> None:
    kept = article(mara, address="", text=WORDS)
    article(mara, address="", text="Thanks!")
    assert list(carried(f"Hi Nina.\n\n{WORDS.upper()}  Thanks!", lumen.pk)) == [kept]
    assert not carried(WORDS[:30], lumen.pk)


def test_an_article_of_another_channel_is_not_carried(mara: Agent, lumen: Channel) -> None:
    other = brand(account_id="77", handle="OtherHelp")
    article(mara, channel=other)
    assert not carried("https://lumen.example/help/reset", lumen.pk)


def test_a_table_adds_what_is_new_changes_what_is_known_and_names_what_is_wrong(mara: Agent) -> None:
    article(mara, text="Old words")
    table = (
        "Name;ignored,URL,Body\n"
        "x,https://lumen.example/help/reset?utm_source=a,New words\n"
        "x,https://lumen.example/help/your-bill,\n"
        "x,nonsense,\n"
        "x,,\n"
    )
    done = import_table(table.encode("utf-8-sig"), mara, None)
    assert (done.added, done.changed, len(done.faults)) == (1, 1, 2)
    assert done.faults[0].startswith("Line 4: ")
    assert set(Article.objects.values_list("title", "text")) == {("Reset", "New words"), ("Help your bill", "")}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"what,ever\n1,2\n", b"", b"title\n" + b"x" * 5_000_001])
def test_what_is_no_table_of_articles_is_refused(mara: Agent, content: bytes) -> None:
    with pytest.raises(Unreadable):
        import_table(content, mara, None)
    assert not Article.objects.exists()


def test_a_table_that_is_brought_in_again_is_cut_as_it_was_the_first_time(mara: Agent) -> None:
    table = b"title,address\n" + b"x" * 300 + b",https://lumen.example/help/reset\n"
    import_table(table, mara, None)
    import_table(table, mara, None)
    assert len(Article.objects.get().title) == 200


def test_an_address_with_nul_in_it_is_asked_for_and_kept(mara: Agent, lumen: Channel) -> None:
    assert carried("see https://lumen.example/a%00b", lumen.pk) == []
    kept = article(mara, address="https://lumen.example/a%00b")
    assert [each.pk for each in carried("see https://lumen.example/a%00b", lumen.pk)] == [kept.pk]
