"""Making a desk ready: practice channels go where the pretend X is, and agents get in by a link."""

import json

from django.conf import LazySettings

from building import US, brand
from earful.channels.models import Channel
from earful.people.models import Agent
from earful.people.signing_in import redeem
from earful.supervisor.preparing import prepare, seat_practice_channels

HERE, THERE = "http://127.0.0.1:8002", "http://127.0.0.1:9002"


def places() -> list[tuple[str, str, bool]]:
    return list(Channel.objects.order_by("pk").values_list("api", "site", "enabled"))


def test_practice_channels_move_with_the_pretend_x(db: None) -> None:
    brand(api=HERE, site=HERE, practice=True)
    brand(api=HERE, site=HERE, practice=True, account_id="9000000002", handle="OrbitCare")
    seat_practice_channels(THERE)
    assert places() == [(THERE, THERE, True)] * 2


def test_practice_channels_rest_without_the_demo_and_wake_with_it(db: None) -> None:
    brand(api=HERE, site=HERE, practice=True)
    seat_practice_channels("")
    assert places() == [(HERE, HERE, False)]
    seat_practice_channels(HERE)
    assert places() == [(HERE, HERE, True)]


def test_a_real_channel_stays_where_it_is(db: None) -> None:
    brand(api="https://api.x.com", site="https://x.com")
    for url in (THERE, ""):
        seat_practice_channels(url)
        assert places() == [("https://api.x.com", "https://x.com", True)]


def test_of_two_channels_for_one_practice_account_the_oldest_goes_on(db: None) -> None:
    oldest = brand(api=HERE, practice=True)
    late = brand(api=THERE, practice=True)
    for _ in range(2):
        seat_practice_channels(THERE)
        assert Channel.objects.get(enabled=True) == oldest
        assert Channel.objects.get(account_id=US, api=THERE) == oldest
    assert not Channel.objects.get(pk=late.pk).enabled


def test_an_empty_desk_gets_an_administrator_without_a_password(db: None, settings: LazySettings) -> None:
    settings.SANDBOX_URL = ""
    done = json.loads(prepare())
    admin = Agent.objects.get()
    assert (admin.username, admin.is_staff, admin.has_usable_password()) == ("admin", True, False)
    assert redeem(done["enter"]) == admin


def test_the_one_who_has_been_here_longest_is_let_in(db: None, settings: LazySettings) -> None:
    settings.SANDBOX_URL = ""
    first = Agent.objects.create(username="mara")
    Agent.objects.create(username="dario")
    for _ in range(2):
        assert redeem(json.loads(prepare())["enter"]) == first
