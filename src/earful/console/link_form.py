"""The form with which an account is linked: the keys of our app at a network, and how that network is spoken to."""

from dataclasses import replace
from typing import Any, Final

from django import forms
from django.conf import settings

from earful.channels.credentials import Credentials
from earful.channels.keys import AppKeys
from earful.channels.models import Channel
from earful.connectors.registry import LINKINGS
from earful.core.connector import Account
from earful.wire.guard import Forbidden, checked

NETWORK: Final = "x"
API, SITE = "https://api.x.com", "https://x.com"
TIERS: Final = (("self-serve", "Self-serve (pay per use)"), ("enterprise", "Enterprise"))
VOCABULARIES: Final = (("tweet", "tweet.* (the older words)"), ("post", "post.* (since 2.167)"))
IMPLICIT: Final = (
    ("ask", "X does not say: try, and it may be refused"),
    ("allowed", "X takes them"),
    ("refused", "X refuses them: by hand"),
)
ACTIVITY: Final = (
    ("stream", "On a stream that the desk holds open"),
    ("webhook", "By calling at the desk (webhook)"),
    ("off", "Not at all: polls and the filtered stream must do"),
)
_USUAL: Final = {"tier": "self-serve", "vocabulary": "tweet", "implicit_mention": "ask", "activity": "stream"}
_KEYS: Final = ("client_id", "client_secret", "consumer_key", "consumer_secret", "app_token")


class KeyField(forms.CharField):
    """A key as X shows it: one word. It is never sent back to a browser."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=500, **more)

    def clean(self, value: Any) -> str:
        key = str(super().clean(value)).strip()
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            raise forms.ValidationError("This is no key: a key has no spaces and plain letters. Copy it once more.")
        return key


class LinkForm(forms.Form):
    """What a person types in. `again` is the channel that is linked again: a key left empty stays as it is kept."""

    client_id = KeyField()
    client_secret = KeyField()
    consumer_key = KeyField()
    consumer_secret = KeyField()
    app_token = KeyField()
    tier = forms.ChoiceField(choices=TIERS)
    vocabulary = forms.ChoiceField(choices=VOCABULARIES)
    implicit_mention = forms.ChoiceField(choices=IMPLICIT, required=False)
    activity = forms.ChoiceField(choices=ACTIVITY, required=False)
    api = forms.CharField(max_length=200)
    site = forms.CharField(max_length=200)

    def __init__(self, *posted: Any, again: Channel | None = None, **more: Any) -> None:
        super().__init__(*posted, **more)
        self.again = again
        self.kept = _kept(again)

    def clean_api(self) -> str:
        return _address(self.cleaned_data["api"])

    def clean_site(self) -> str:
        return _address(self.cleaned_data["site"])

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        keys = self._keys()
        if not keys.client_id and "client_id" not in self.errors:
            self.add_error("client_id", "X knows the app by its client id. It is on the app's page, under OAuth 2.0.")
        if bool(keys.consumer_key) != bool(keys.consumer_secret):
            self.add_error("consumer_secret", "The consumer key and its secret belong together. Give both, or neither.")
        elif not (keys.fetches or keys.app_token):
            self.add_error("consumer_key", "Give the consumer key and secret, or the bearer token: we listen with it.")
        return cleaned

    def features(self) -> list[str]:
        """The features that were asked for; the first one always is."""
        asked = self.data.getlist("feature") if hasattr(self.data, "getlist") else []
        return [need.name for number, need in enumerate(LINKINGS[NETWORK].needs) if not number or need.name in asked]

    def scopes(self) -> frozenset[str]:
        """What is asked of X for them."""
        chosen = self.features()
        return frozenset[str]().union(*(need.scopes for need in LINKINGS[NETWORK].needs if need.name in chosen))

    def app(self) -> Account:
        """Our app at X, as the form says; it must be valid."""
        said = self.cleaned_data
        how = {name: said[name] for name in _USUAL if said[name]}
        return self._keys().on(Account("", "", said["api"], said["site"], settings=how))

    def _keys(self) -> AppKeys:
        typed = {name: key for name in _KEYS if (key := self.cleaned_data.get(name))}
        return replace(self.kept, **typed)


def to_begin_with(again: Channel | None) -> dict[str, str]:
    """The form's first values: those of the channel, or of the pretend X while one practises, or of X."""
    if again is not None:
        how = {name: again.settings.get(name, usual) for name, usual in _USUAL.items()}
        return {"api": again.api, "site": again.site, **how}
    url = settings.SANDBOX_URL
    return {"api": url or API, "site": url or SITE, **_USUAL}


def _kept(again: Channel | None) -> AppKeys:
    held = Credentials.objects.filter(channel=again.pk).first() if again else None
    return held.app if held else AppKeys()


def _address(typed: str) -> str:
    address = typed.strip().rstrip("/")
    try:
        return checked(address)
    except Forbidden as error:
        raise forms.ValidationError(str(error)) from error
