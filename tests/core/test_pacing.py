"""The drip: as soon as the limits allow, and never more than they allow, wherever one begins to count."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from earful.core.pacing import MARGIN, Window, forecast, opens, reach

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
POSTS = (Window(100, 900), Window(300, 10_800))
WINDOWS = st.lists(st.builds(Window, st.integers(1, 6), st.integers(1, 120)), max_size=3)
PASTS = st.lists(st.integers(-300, 0), max_size=30).map(
    lambda ago: sorted(NOW + timedelta(seconds=each) for each in ago)
)


def within(times, window):
    """The most that any stretch of the window's length holds; the fullest one ends with a message."""
    return max((sum(at - window.length < each <= at for each in times) for at in times), default=0)


def seconds(*ago):
    return [NOW - timedelta(seconds=each) for each in ago]


def test_without_limits_or_a_past_a_message_goes_now():
    assert opens([], POSTS, NOW) == opens(seconds(1), (), NOW) == NOW


def test_a_full_window_opens_when_its_oldest_message_has_left_it():
    assert opens(seconds(50, 20), [Window(2, 60)], NOW) == NOW + timedelta(seconds=10) + MARGIN


def test_the_tightest_of_several_windows_decides():
    assert opens(seconds(50, 20), [Window(3, 60), Window(2, 3600)], NOW) == NOW + timedelta(seconds=3550) + MARGIN


def test_room_for_several_waits_until_they_can_go_one_after_the_other():
    assert opens(seconds(50, 20), [Window(3, 60)], NOW, room=2) == NOW + timedelta(seconds=10) + MARGIN
    assert opens(seconds(50, 20), [Window(3, 60)], NOW, room=9) == NOW + timedelta(seconds=40) + MARGIN


def test_the_hundred_and_first_post_waits_a_quarter_of_an_hour_and_the_three_hundred_and_first_three_hours():
    when = forecast([], POSTS, NOW, 301)
    assert when[:100] == [NOW] * 100
    assert when[100] == NOW + timedelta(minutes=15) + MARGIN
    assert when[300] == NOW + timedelta(hours=3) + MARGIN


def test_the_past_matters_as_far_back_as_the_longest_window_reaches():
    assert reach(POSTS) == timedelta(hours=3) + MARGIN
    assert reach(()) == timedelta(0)


@given(past=PASTS, windows=WINDOWS, count=st.integers(0, 30))
def test_what_is_forecast_never_overfills_a_window_that_was_not_overfull_before(past, windows, count):
    when = forecast(past, windows, NOW, count)
    assert when == sorted(when)
    assert all(at >= NOW for at in when)
    for window in windows:
        assert within(past + when, window) <= max(window.most, within(past, window))


@given(past=PASTS, windows=WINDOWS.filter(bool))
def test_a_message_never_waits_without_need(past, windows):
    at = opens(past, windows, NOW)
    if at > NOW:
        early = at - timedelta(milliseconds=1)
        assert any(within([*past, early], w) > max(w.most, within(past, w)) or full(past, w, early) for w in windows)


def full(past, window, at):
    """Whether a window that ends at a moment holds as much as it may."""
    return sum(at - window.length < each <= at for each in past) >= window.most


@given(past=PASTS, windows=WINDOWS, room=st.integers(1, 6))
def test_where_room_was_waited_for_nothing_of_the_thread_waits_again(past, windows, room):
    fits = [Window(max(window.most, room), window.seconds) for window in windows]
    at = opens(past, fits, NOW, room=room)
    assert forecast(past, fits, at, room) == [at] * room
