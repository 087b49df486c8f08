"""Secrets sealed at rest."""

from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.vault import Unopenable, seal, unseal


@hypothesis.settings(max_examples=30, deadline=None)
@given(secret=st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_comes_out_as_it_was(secret: str) -> None:
    assert unseal(seal(secret)) == secret


def test_a_seal_shows_nothing_and_is_never_the_same_twice() -> None:
    one, two = seal("open sesame"), seal("open sesame")
    assert "sesame" not in one
    assert one != two


def test_no_secret_is_no_seal() -> None:
    assert (seal(""), unseal("")) == ("", "")


def test_a_new_key_seals_while_the_old_one_still_opens(settings: Any) -> None:
    settings.VAULT_KEY = "old"
    before = seal("open sesame")
    settings.VAULT_KEY = "new,old"
    after = seal("open sesame")
    assert unseal(before) == "open sesame"
    settings.VAULT_KEY = "new"
    assert unseal(after) == "open sesame"
    with pytest.raises(Unopenable):
        unseal(before)


@pytest.mark.parametrize("token", ["rubbish", "gAAAAA", "\x00", "é" * 40])
def test_what_no_key_opens_says_what_to_do(token: str) -> None:
    with pytest.raises(Unopenable, match=r"Put the old key back.*or link the account again"):
        unseal(token)


def test_a_seal_that_was_tampered_with_does_not_open() -> None:
    token = seal("open sesame")
    flipped = token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]
    with pytest.raises(Unopenable):
        unseal(flipped)
