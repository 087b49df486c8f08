"""The parts that need no server: ids, tokens of pages, texts taken apart, languages."""

from hypothesis import given
from hypothesis import strategies as st

from earful.sandbox.accounts import Account, Options
from earful.sandbox.anatomy import dissect, shorten
from earful.sandbox.asking import page_token, token_for
from earful.sandbox.portrait import portrait
from earful.sandbox.snowflake import MAX_ID, Snowflakes, first_at, moment, written
from earful.sandbox.tongue import guess

BRAND = Account(7, "LumenHelp", "Lumen", "brand", "", 1, True, Options())


@given(st.lists(st.floats(min_value=1.5e9, max_value=3.4e9), min_size=1))
def test_ids_rise_whatever_the_clock_does(times: list[float]) -> None:
    ticks = iter(times)
    ids = Snowflakes(lambda: next(ticks))
    given_out = [ids.next() for _ in times]
    assert given_out == sorted(set(given_out))
    assert given_out[-1] <= MAX_ID


@given(st.integers(min_value=1_500_000_000_000, max_value=3_400_000_000_000))
def test_an_id_tells_its_time_to_the_millisecond(milliseconds: int) -> None:
    assert round(moment(first_at(milliseconds / 1000)) * 1000) == milliseconds
    assert written(first_at(milliseconds / 1000)).endswith(f".{milliseconds % 1000:03d}Z")


@given(st.integers(min_value=1, max_value=MAX_ID))
def test_a_page_token_comes_back_as_the_id_it_stands_for(oldest: int) -> None:
    assert page_token({"pagination_token": token_for(oldest)}) == oldest


@given(st.text() | st.from_regex(r"(@LumenHelp|#\w+|\$[A-Z]+|https?://[a-z]+\.com/\S*|\s|\w)*"))
def test_every_entity_says_what_stands_in_its_place(typed: str) -> None:
    seen = dissect(typed, lambda handle: BRAND if handle.lower() == "lumenhelp" else None)
    shown = {"urls": "url", "mentions": "username", "hashtags": "tag", "cashtags": "tag"}
    for kind, items in seen.entities.items():
        for item in items:
            words = seen.text[item["start"] : item["end"]]
            assert words.lstrip("@＠#＃$") == item[shown[kind]].lstrip("@＠#＃$")


@given(st.text())
def test_a_text_that_is_short_already_stays_as_it_is(typed: str) -> None:
    text, _ = shorten(typed)
    assert shorten(text)[0] == text


def test_languages_are_guessed_from_small_words_and_scripts() -> None:
    said = {
        "en": "my broadband is down and the app does not help",
        "fr": "bonjour, ma box ne marche plus depuis ce matin et je ne sais pas quoi faire",
        "de": "seit heute Morgen ist das Internet weg und ich komme nicht weiter",
        "es": "hola, no tengo internet desde esta mañana y mi móvil no funciona",
        "ja": "インターネットがつながりません",
        "und": "@LumenHelp 😡 https://example.com",
    }
    assert {language: guess(text) for language, text in said.items()} == {one: one for one in said}


def test_a_portrait_draws_the_first_letters_of_the_parts_of_a_handle() -> None:
    assert [portrait(handle).split("</text>")[0][-2:] for handle in ("nina_okafor", "_m_ito_", "tomas")] == [
        "NO", "MI", "TO",
    ]  # fmt: skip


@given(st.text())
def test_a_portrait_draws_two_plain_letters_of_any_handle(username: str) -> None:
    drawn = portrait(username).split("</text>")[0].rsplit(">", 1)[1]
    assert drawn.isascii()
    assert 1 <= len(drawn) <= 2
