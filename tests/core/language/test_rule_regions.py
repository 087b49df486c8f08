"""Circles and boxes on the globe, against distances that anybody can look up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.rule_oracle import angle
from core.language.rule_posts import said
from earful.core.language.geo import EARTH_KM, Box, GeoError, box, circle, distance_km, lies_in
from earful.core.post import Place

LOUVRE, EIFFEL = (2.3376, 48.8606), (2.2945, 48.8584)
points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(points, points)
def test_two_ways_to_reckon_a_distance_agree(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert distance_km(one, other) == pytest.approx(angle(one, other) * EARTH_KM, abs=1e-3)


def test_known_distances() -> None:
    assert distance_km(LOUVRE, EIFFEL) == pytest.approx(3.16, abs=0.02)
    assert distance_km((0, 0), (0, 90)) == pytest.approx(10_007.6, abs=0.5)


@pytest.mark.parametrize(("radius", "good"), [("40km", True), ("24.9mi", True), ("25mi", False), ("40.3km", False)])
def test_a_radius_is_below_25_miles(radius: str, good: bool) -> None:
    value = f"[2.35 48.86 {radius}]"
    if good:
        assert circle(value).middle == (2.35, 48.86)
    else:
        with pytest.raises(GeoError, match="below 25 miles"):
            circle(value)


def test_a_box_may_cross_the_date_line() -> None:
    across = box("[179.9 -17 -179.9 -16.8]")
    assert across == Box(179.9, -17.0, -179.9, -16.8)
    assert across.holds((180.0, -16.9))
    assert not across.holds((179.0, -16.9))


@pytest.mark.parametrize(
    "value",
    [
        "[0 0 0km]",
        "[181 0 1km]",
        "[0 0 1 km]",
        "[0 0 1miles]",
        "[nan 0 1km]",
        "[]",
        "1 2 3km",
        "[1e1 2 3km]",
        "[1 2 km]",
    ],
)
def test_what_is_no_circle_says_what_to_write(value: str) -> None:
    with pytest.raises(GeoError) as refusal:
        circle(value)
    assert refusal.value.suggestion


def test_a_place_without_a_box_lies_nowhere() -> None:
    assert not lies_in(said("hi", place=Place("1", "Paris")), circle("[2.35 48.86 16km]"))
