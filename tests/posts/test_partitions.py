"""The months of the search table are made when they are needed, whoever needs them at the same time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from heard_posts import keep, said, texts

from building import at_once, brand
from earful.posts import partitions
from earful.posts.models import Searched

FAR = datetime(2031, 7, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_known(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a start."""
    monkeypatch.setattr(partitions, "_known", set())


def months() -> set[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.get_table_list(cursor)
    return {table.name for table in names if table.name.startswith("posts_search_2")}


def test_a_post_of_a_new_month_makes_it_with_its_index() -> None:
    before = months()
    keep(brand(), said("kettle", created_at=FAR))
    assert months() - before == {"posts_search_2031_07"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'posts_search_2031_07'")
        assert cursor.fetchone() == (2,)


def test_a_month_belongs_to_utc() -> None:
    east = datetime.fromisoformat("2032-01-01T01:00:00+09:00")
    partitions.ensure([east])
    assert {"posts_search_2031_12"} <= months()
    assert "posts_search_2032_01" not in months()


def test_forged_dates_make_no_months() -> None:
    before = months()
    keep(brand(), *(said("kettle", created_at=datetime(year, 1, 1, tzinfo=UTC)) for year in (1, 1900, 2100, 9999)))
    assert months() == before
    assert Searched.objects.count() == 4


def test_the_months_to_come_are_made_ahead() -> None:
    partitions.ahead(datetime(2033, 11, 30, tzinfo=UTC))
    assert {"posts_search_2033_11", "posts_search_2033_12", "posts_search_2034_01"} <= months()


@pytest.mark.django_db(transaction=True)
def test_two_readers_who_miss_the_same_months_both_store() -> None:
    channel = brand()
    times = [datetime(2040, month, 3, tzinfo=UTC) for month in range(1, 13)]

    def read(order: int) -> list[int]:
        with transaction.atomic():
            return keep(channel, *(said(f"kettle {order}", created_at=at) for at in times[::order]))

    done = at_once(lambda: read(1), lambda: read(-1), lambda: read(1), lambda: read(-1))
    assert [len(rows) for rows in done] == [12] * 4
    assert len(texts("kettle")) == 48


@pytest.mark.django_db(transaction=True)
def test_a_month_is_made_while_searches_are_open() -> None:
    with transaction.atomic():
        keep(brand(), said("kettle"))
    with transaction.atomic():
        assert texts("kettle") == ["kettle"]
        (made,) = at_once(lambda: partitions.ensure([FAR + timedelta(days=400)]))
        assert made is None
        assert texts("kettle") == ["kettle"]
