"""Circles and boxes on the globe, as `point_radius:` and `bounding_box:` write them.

After docs.x.com, "Build a rule": longitude comes before latitude, in degrees; a radius is in miles (mi) or kilometres
(km), and neither it nor a side of a box may reach 25 miles. A post lies in a region by its exact point where it has
one, otherwise by its place, which must lie in it wholly.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import asin, cos, radians, sin, sqrt

from earful.core.post import Place, Post

Point = tuple[float, float]
"""Longitude and latitude in degrees."""

KM_IN_A_MILE = 1.609344
MOST_KM = 25 * KM_IN_A_MILE
EARTH_KM = 6371.0088  # the mean radius (IUGG)

_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{0,15})?"
_CIRCLE = re.compile(rf"\[\s*({_NUMBER})\s+({_NUMBER})\s+([0-9]{{1,5}}(?:\.[0-9]{{0,15}})?)(mi|km)\s*\]", re.IGNORECASE)
_BOX = re.compile(rf"\[\s*({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})\s*\]")


class GeoError(ValueError):
    """What is wrong with a region, as a sentence, and what to write instead."""

    def __init__(self, message: str, suggestion: str) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Circle:
    """All that is no further than `km` from a point."""

    middle: Point
    km: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it, or on its edge."""
        return distance_km(self.middle, point) <= self.km


@dataclass(frozen=True, slots=True)
class Box:
    """All between two meridians and two parallels, in degrees. Where `west` is above `east` it crosses the 180th."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it, or on its edge."""
        longitude, latitude = point
        return (longitude - self.west) % 360 <= (self.east - self.west) % 360 and self.south <= latitude <= self.north


Region = Circle | Box


@lru_cache(maxsize=4096)
def circle(value: str) -> Circle:
    """The circle that `[longitude latitude radius]` means. Raises GeoError."""
    written = _CIRCLE.fullmatch(value)
    if written is None:
        raise GeoError(
            "point_radius: takes a longitude, a latitude and a radius in brackets.",
            "Write it like point_radius:[2.355128 48.861118 16km], or with mi.",
        )
    km = float(written[3]) * (KM_IN_A_MILE if written[4].lower() == "mi" else 1.0)
    if not 0 < km < MOST_KM:
        raise GeoError("The radius must be above nothing and below 25 miles.", "Write at most 40km or 24.9mi.")
    return Circle(_on_earth(float(written[1]), float(written[2])), km)


@lru_cache(maxsize=4096)
def box(value: str) -> Box:
    """The box that `[west south east north]` means. Raises GeoError."""
    written = _BOX.fullmatch(value)
    if written is None:
        raise GeoError(
            "bounding_box: takes west, south, east and north in brackets.",
            "Write it like bounding_box:[-105.301758 39.964069 -105.178505 40.09455].",
        )
    west, south, east, north = map(float, written.groups())
    _on_earth(west, south)
    _on_earth(east, north)
    if south > north:
        raise GeoError("This box goes from north to south.", "Write the southern latitude before the northern one.")
    wide = distance_km((0.0, (south + north) / 2), ((east - west) % 360, (south + north) / 2))
    if west > east and (wide >= MOST_KM or (east - west) % 360 > 180):
        raise GeoError("This box goes from east to west.", "Write the western longitude before the eastern one.")
    if wide >= MOST_KM or (east - west) % 360 > 180 or distance_km((west, south), (west, north)) >= MOST_KM:
        raise GeoError("Each side of the box must be below 25 miles.", "Write a smaller box, or several with OR.")
    return Box(west, south, east, north)


def lies_in(post: Post, region: Region) -> bool:
    """Whether a post says that it was written in a region."""
    if post.point is not None:
        return region.holds(post.point)
    return post.place is not None and _wholly(post.place, region)


def distance_km(one: Point, other: Point) -> float:
    """The way between two points over the globe's surface (haversine), in kilometres."""
    (west, south), (east, north) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _wholly(place: Place, region: Region) -> bool:
    # Regions are small enough that a box lies in one when its corners do.
    if place.box is None:
        return False
    west, south, east, north = place.box
    return all(region.holds(corner) for corner in product((west, east), (south, north)))


def _on_earth(longitude: float, latitude: float) -> Point:
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise GeoError(
            "A longitude lies between -180 and 180 degrees, a latitude between -90 and 90.",
            "Write the longitude first, then the latitude.",
        )
    return longitude, latitude
