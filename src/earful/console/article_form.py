"""An article as a browser sends it."""

from __future__ import annotations

from typing import Any

from django import forms

from earful.channels.models import Channel
from earful.core.addresses import is_web_address
from earful.knowledge.models import LONGEST_ADDRESS, LONGEST_TEXT, Article


class ArticleForm(forms.Form):
    """To become or to change `article`. Every field is named here, so that a request can set no other."""

    title = forms.CharField(
        max_length=200, error_messages={"required": "Give it a title, by which colleagues know it."}
    )
    address = forms.CharField(max_length=LONGEST_ADDRESS, required=False)
    text = forms.CharField(max_length=LONGEST_TEXT, required=False)
    language = forms.CharField(max_length=10, required=False)
    channel = forms.ModelChoiceField(
        Channel.objects.order_by("network", "handle", "pk"),
        required=False,
        error_messages={"invalid_choice": "This channel is not there any more. Choose another."},
    )

    def __init__(self, *posted: Any, article: Article, **more: Any) -> None:
        super().__init__(*posted, **more)
        self.article = article

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        if address and not is_web_address(address):
            raise forms.ValidationError("This is no web address. It begins with https:// or http://.")
        return address

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said.get("address") and not said.get("text"):
            raise forms.ValidationError("Give it an address or a text: one of them is what a customer gets.")
        return said

    def decided(self) -> Article:
        """The article with what was decided; the form must be valid, and the article is not saved."""
        for name in ("title", "address", "text", "language", "channel"):
            setattr(self.article, name, self.cleaned_data[name])
        return self.article


def as_it_stands(article: Article) -> dict[str, Any]:
    """The form's values for an article that is there already."""
    names = ("title", "address", "text", "language")
    return {name: getattr(article, name) for name in names} | {"channel": article.channel_id}
