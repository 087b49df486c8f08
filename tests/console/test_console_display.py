"""Posts are shown as their network asks: picture, name, handle, its mark, the time leading to the post, links by it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from earful.cases.models import Case
from earful.console.pieces import pieces
from earful.console.portraits import origins, portrait
from earful.people.models import Identity
from earful.posts.models import Post


def shown(desk: Client, case: Case) -> str:
    page = desk.get(f"/cases/{case.pk}/").content.decode()
    return page.split('id="stream"')[1].split("</ol>")[0]


def test_a_post_stands_with_its_authors_picture_page_and_moment(desk: Client, make_case: Callable[..., Case]) -> None:
    case = make_case("my kettle broke")
    Identity.objects.update(avatar="https://pbs.twimg.com/profile_images/1/a.jpg")
    page, post = shown(desk, case), Post.objects.select_related("author").get()
    link = f"{case.channel.site}/{post.author.handle}/status/{post.network_id}"
    assert '<img src="https://pbs.twimg.com/profile_images/1/a.jpg" alt=""' in page
    assert f'href="{case.channel.site}/{post.author.handle}"' in page
    assert page.count(f'href="{link}"') == 2
    assert '<span class="mark">X</span>' in page


@pytest.mark.parametrize(("address", "most"), [("/inbox/waiting/", 7), ("/posts/", 22)])
def test_a_row_has_its_persons_picture_before_their_initial(
    desk: Client, make_case: Callable[..., Case], address: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        make_case("my kettle broke", name=f"Rosa {number}")
    Identity.objects.update(avatar="https://pbs.twimg.com/profile_images/1/a.jpg")
    Identity.objects.filter(name="Rosa 7").update(avatar="https://evil.example/a.jpg")
    with django_assert_max_num_queries(most):
        page = desk.get(address).content.decode()
    assert page.count('>R<img src="https://pbs.twimg.com/profile_images/1/a.jpg" alt=""') == 11
    assert page.count('>R<span class="mark">X</span>') == 1
    assert "evil.example" not in page


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/a.jpg", "javascript:alert(1)", "//pbs.twimg.com/a.jpg", "https://pbs.twimg.com.evil.example/",
     "http://pbs.twimg.com/a.jpg", "https://[", ""],
)  # fmt: skip
def test_a_picture_from_anywhere_else_is_not_loaded(address: str) -> None:
    assert portrait("x", address) == ""
    assert portrait("nowhere", "https://pbs.twimg.com/a.jpg") == ""


def test_the_pretend_xs_pictures_are_shown_while_it_is_there(settings: Any) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:8002"
    assert portrait("x", "http://127.0.0.1:8002/portrait/nina.svg")
    assert "http://127.0.0.1:8002" in origins()
    settings.SANDBOX_URL = ""
    assert not portrait("x", "http://127.0.0.1:8002/portrait/nina.svg")


def test_a_page_loads_pictures_from_networks_alone(desk: Client) -> None:
    policy = desk.get("/channels/").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://pbs.twimg.com;" in policy


def test_a_link_shows_where_it_leads_and_leads_through_the_network() -> None:
    link = {"short": "https://t.co/1", "address": "https://kettle.example/", "shown": "kettle.example"}
    [_, piece] = pieces("see https://t.co/1", [link], through=True)
    assert (piece.text, piece.href, piece.leads) == ("kettle.example", "https://t.co/1", "https://kettle.example/")
    [_, piece] = pieces("see https://t.co/1", [link])
    assert (piece.href, piece.leads) == ("https://kettle.example/", "")
    hostile = link | {"address": "javascript:alert(1)"}
    assert [piece.href for piece in pieces("see https://t.co/1", [hostile], through=True)] == [""]
