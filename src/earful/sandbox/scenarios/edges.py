"""A story of odd shapes: everything that X may send and that one forgets."""

from collections.abc import Iterator

from earful.sandbox.facts import Facts, Option, Poll, Withheld
from earful.sandbox.scenarios.steps import (
    Befall,
    Chat,
    Delete,
    Edit,
    Person,
    Relate,
    Rename,
    Say,
    Step,
    Teller,
    Type,
    Whisper,
)
from earful.sandbox.states import State
from earful.sandbox.ties import Tie

PLACE = {
    "id": "0fab0cd123456789",
    "name": "Leeds",
    "full_name": "Leeds, England",
    "country": "United Kingdom",
    "country_code": "GB",
    "place_type": "city",
    "geo": {"type": "Feature", "bbox": [-1.8, 53.69, -1.29, 53.94], "properties": {}},
}
PHOTO = {"type": "photo", "url": "https://pictures.example/router.jpg", "alt_text": "A router with a red light"}
FILM = {"type": "video", "preview_image_url": "https://pictures.example/film.jpg", "duration_ms": 14_000}
FAMILY = "👨‍👩‍👧‍👦"


def edges(teller: Teller) -> Iterator[Step]:
    """Long, edited, deleted, pictured, placed, hostile, in every script: one of each odd shape."""
    yield Person("odd_ella", "Ella <b>Odd</b>", bio='"><script>alert(1)</script>', followers=2_500_000, verified=True)
    yield from _texts(teller.brand)
    yield from _versions(teller.brand)
    yield from _company(teller.brand)
    yield from _questions(teller.brand)
    yield from _states(teller.brand)
    yield from _happenings(teller.brand)
    yield Whisper("odd message", "odd_ella", teller.brand, f"{FAMILY} https://example.com/{'a' * 300}\n\n\nline\tend")


def _texts(brand: str) -> Iterator[Step]:
    said = {
        "long": f"@{brand} " + "and then they put me on hold again. " * 60 + "#finally https://example.com/last",
        "hostile": f"@{brand} <img src=x onerror=alert(1)> {{{{ 7*7 }}}} %s ' OR 1=1 --",
        "family": f"@{brand} {FAMILY} 🏳️‍⚧️ 🐦‍🔥 no line since Monday https://example.com/🙂",
        "right to left": f"@{brand} الإنترنت لا يعمل منذ الصباح، متى يعود؟",
        "wide": f"@{brand} インターネットが繋がりません。いつ直りますか?",
        "zalgo": f"@{brand} h̸e̵l̷l̶o̸ f̷r̴o̶m̸ the cable",
        "many links": " ".join(f"https://example.com/{n}" for n in range(10)),
        "cashtags": f"@{brand} $LUMN is down and so am I #outage #Störung #広帯域",
        "one word": "down",
        "nobody": "@nobody_has_this_handle hello?",
    }
    yield from (Say(key, "odd_ella", text) for key, text in said.items())


def _versions(brand: str) -> Iterator[Step]:
    yield Say("edited", "odd_ella", f"@{brand} your rooter is broken")
    yield from (Edit("edited", f"@{brand} your router is broken, version {version}") for version in range(2, 6))
    yield Say("deleted", "odd_ella", f"@{brand} I take it all back")
    yield Say("orphan", "odd_olaf", "what did it say?", reply_to="deleted")
    yield Say("quoting", "odd_olaf", "and this", quote="deleted")
    yield Delete("deleted")


def _company(brand: str) -> Iterator[Step]:
    point = Facts(likes=12, place=PLACE, point=(-1.55, 53.8))
    about = [{"domain": {"id": "47", "name": "Brand"}, "entity": {"id": "10026378521", "name": "Lumen"}}]
    yield Say("brand says", brand, "We are aware of a fault and working on it.")
    yield Say("pictures", "odd_ella", f"@{brand} see for yourself", media=(PHOTO,) * 4)
    yield Say("film", "odd_ella", f"@{brand} and hear the noise", media=(FILM,))
    yield Say("placed", "odd_ella", f"@{brand} right here", facts=point)
    yield Say("annotated", "odd_ella", "Lumen again", facts=Facts(context_annotations=about))
    yield Say("to oneself", "odd_ella", "and another thing", reply_to="pictures")
    yield Say("carried along", "odd_olaf", "same", reply_to="to oneself")
    yield Say("quote of the brand", "odd_olaf", "they always say this", quote="brand says")
    yield Say("repost of a reply", "odd_olaf", repost="carried along")


def _questions(brand: str) -> Iterator[Step]:
    poll = Poll([Option("Never", 41), Option("Twice a day", 7)], minutes=1440)
    yield Say("poll", "odd_ella", f"@{brand} how often shall a line work?", facts=Facts(poll=poll))
    yield Say("withheld", "odd_ella", "not for everybody", facts=Facts(withheld=Withheld(["DE", "FR"], copyright=True)))
    yield Say("sensitive", "odd_ella", f"@{brand} look at this socket", facts=Facts(sensitive=True))
    yield Say("for few", "odd_ella", f"@{brand} only you may answer", facts=Facts(reply_settings="mentionedUsers"))


def _states(brand: str) -> Iterator[Step]:
    """People who said something and then were not as before."""
    fates = {
        "odd_priv": State(protected=True),
        "odd_banned": State(away="suspended"),
        "odd_left": State(away="deactivated"),
        "odd_nowhere": State(withheld=("DE",)),
        "odd_closed": State(letters="closed"),
    }
    for handle, state in fates.items():
        yield Say(f"before {handle}", handle, f"@{brand} help, please")
        yield Say(f"answer to {handle}", "odd_ella", "same here", reply_to=f"before {handle}")
        yield Befall(handle, state)


def _happenings(brand: str) -> Iterator[Step]:
    """What only those hear who subscribed to it."""
    ties: tuple[Tie, ...] = ("follows", "mutes", "blocks")
    for tie in ties:
        yield Relate("odd_olaf", tie, brand)
        yield Relate("odd_olaf", tie, brand, stands=False)
    yield Rename("odd_olaf", "Olaf who was somebody else")
    yield Whisper("first", "odd_olaf", brand, "hello?")
    yield Type("odd_olaf", brand)
    yield Chat("odd_ella", brand)
