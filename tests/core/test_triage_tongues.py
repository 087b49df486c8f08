"""Which language a post is in: its network is believed, and where it says nothing, doubt is an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.core.triage.tongues import tongue

WRITTEN = {
    "en": [
        "my parcel was left in the rain again and nobody answers the phone",
        "Where is the nearest shop that repairs screens?",
    ],
    "de": [
        "Seit heute früh geht bei uns im ganzen Haus das Internet nicht mehr",
        "Mein Paket liegt seit drei Tagen in der Filiale",
    ],
    "fr": [
        "Toujours aucune réponse à mes courriels depuis deux semaines",
        "Où est passé mon remboursement, s'il vous plaît ?",
    ],
    "es": ["Llevo tres días sin internet y nadie me contesta", "¿Cuándo me van a devolver el dinero?"],
    "pt": [
        "Estou sem internet desde ontem e ninguém resolve",
        "Vocês cobraram duas vezes a mesma fatura no meu cartão",
    ],
    "ja": ["インターネットがつながりません"],
    "ru": ["Третий день нет связи, никто не отвечает"],
}


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in WRITTEN.items() for text in texts])
def test_the_language_is_told_where_the_network_did_not(lang, text):
    assert tongue(text) == lang


@pytest.mark.parametrize("given", ["und", "qam", "qme", "qst", "zxx", "UND"])
def test_a_code_for_no_language_is_none(given):
    assert tongue("Toujours aucune réponse à mes courriels depuis deux semaines", given) == "fr"


@pytest.mark.parametrize(("given", "told"), [("fr", "fr"), ("zh-CN", "zh-CN"), ("in", "id"), ("iw", "he")])
def test_what_the_network_says_wins(given, told):
    assert tongue("this is plainly English and the network says otherwise", given) == told


@pytest.mark.parametrize(
    "text", ["", "ok", "lol 😂", "@Lumen @Ferrow #fail", "12345 67,89 €", "https://t.co/abcdefghij", "no"]
)
def test_what_is_too_short_is_not_guessed(text):
    assert tongue(text) == ""


def test_names_links_and_tags_do_not_speak():
    assert tongue("@DeutscheBahnHilfe #verspätung https://t.co/verspaetung the train is late and I am cold") == "en"


@given(st.text(max_size=600))
def test_any_text_gets_an_answer(text):
    told = tongue(text)
    assert told == "" or told.isascii()
