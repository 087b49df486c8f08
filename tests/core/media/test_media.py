"""What a file is, by its bytes alone, and what a network would find wrong with it."""

import mmap
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.media import files
from earful.core.media import MediaRules, NotMedia, Seen, Takes, look, problems, together

PICTURES = Takes("picture", ("image/jpeg", "image/png"), 4, 5_000_000, most_width=8192, most_height=8192)
ANIMATIONS = Takes("animation", ("image/gif",), 1, 15_000_000, most_width=1280, most_height=1080, most_frames=350)
FILMS = Takes(
    "film", ("video/mp4",), 1, 512_000_000,
    least_seconds=0.5, most_seconds=140, most_rate=60, codecs=("avc1", "mp4a"),
)  # fmt: skip
RULES = MediaRules((PICTURES, ANIMATIONS, FILMS), alt=1000)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (files.png(), ("picture", "image/png", 640, 480, 0)),
        (files.jpeg(), ("picture", "image/jpeg", 640, 480, 0)),
        (files.gif(3), ("animation", "image/gif", 320, 200, 3)),
        (files.gif(1), ("picture", "image/gif", 320, 200, 1)),
        (files.webp("VP8X"), ("picture", "image/webp", 300, 150, 0)),
        (files.webp("VP8X", moves=True), ("animation", "image/webp", 300, 150, 0)),
        (files.webp("VP8L"), ("picture", "image/webp", 300, 150, 0)),
        (files.webp("VP8 "), ("picture", "image/webp", 300, 150, 0)),
    ],
)
def test_a_picture_is_told_by_its_bytes(content, seen):
    told = look(content)
    assert (told.kind, told.media_type, told.width, told.height, told.frames) == seen
    assert told.size == len(content)


@pytest.mark.parametrize("late", [False, True], ids=["told first", "told last"])
def test_a_film_tells_its_length_its_size_its_rate_and_its_codecs(late):
    told = look(files.film(late=late))
    assert (told.kind, told.media_type, told.width, told.height) == ("film", "video/mp4", 1280, 720)
    assert (told.seconds, told.rate, told.video, told.audio) == (12.0, 30.0, "avc1", "mp4a")


def test_a_film_may_be_silent_and_of_another_make():
    told = look(files.film(audio=b"", brand=b"qt  "))
    assert (told.media_type, told.audio) == ("video/quicktime", "")


def test_a_large_file_is_looked_at_where_it_lies(tmp_path):
    (tmp_path / "film").write_bytes(files.film(late=True))
    with (tmp_path / "film").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert look(mapped) == look(files.film(late=True))


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg/>", b"%PDF-1.7", b"MZ\x90\0", b"<!DOCTYPE html>"], ids=repr)
def test_what_is_no_media_is_named_so_whatever_it_is_called(content):
    with pytest.raises(NotMedia, match="no picture"):
        look(content)


@pytest.mark.parametrize(
    "whole",
    [files.png(), files.jpeg(), files.gif(), files.webp(), files.film()],
    ids=["png", "jpeg", "gif", "webp", "mp4"],
)
@given(data=st.data())
def test_whatever_is_cut_or_damaged_is_either_seen_or_named_so(whole, data):
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + data.draw(st.binary(max_size=8)) + (whole[at + 1 :] if data.draw(st.booleans()) else b"")
    with suppress(NotMedia):
        assert isinstance(look(damaged), Seen)


def test_what_fits_has_no_problems():
    for content in (files.png(), files.jpeg(), files.gif(), files.film(), files.film(rate=60)):
        assert problems(look(content), RULES, "X") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (files.png(9000, 10), "at most 8192 × 8192 pixels; this one has 9000 × 10"),
        (files.gif(351), "at most 350 frames; this one has 351"),
        (files.gif(2, width=1281), "at most 1280 × 1080"),
        (files.webp(), "as JPEG, PNG; this one is WebP"),
        (files.webp(moves=True), "animations as GIF; this one is WebP"),
        (files.film(seconds=141), "0.5 to 140 seconds; this one has 141.0"),
        (files.film(seconds=0.2), "0.5 to 140 seconds; this one has 0.2"),
        (files.film(rate=100), "at most 60 frames a second; this film has 100"),
        (files.film(video=b"hvc1"), "H.264 and AAC; this one has HEVC"),
        (files.film(brand=b"qt  "), "films as MP4; this one is MOV"),
    ],
)
def test_what_does_not_fit_is_said_with_the_limit_and_what_the_file_has(content, says):
    (problem,) = problems(look(content), RULES, "X")
    assert problem.startswith("X takes ")
    assert says in problem


def test_a_file_that_is_too_heavy_is_told_in_megabytes():
    heavy = Seen("picture", "image/png", 5_400_000, 10, 10)
    assert problems(heavy, RULES, "X") == ["X takes pictures of at most 5 MB; this one has 5.4 MB."]


def test_a_network_that_takes_no_films_says_so():
    assert problems(look(files.film()), MediaRules((PICTURES,)), "X") == ["X takes no films here."]


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        ((), ""),
        (("picture",) * 4, ""),
        (("film",), ""),
        (("picture",) * 5, "at most 4 pictures in one message"),
        (("animation",) * 2, "takes one animation in one message"),
        (("picture", "film"), "files of one kind"),
    ],
)
def test_four_pictures_or_one_animation_or_one_film_go_together(kinds, says):
    told = together(kinds, RULES, "X")
    assert says in told
    assert bool(told) == bool(says)
