"""Inviting agents."""

import pytest
from django.core.exceptions import ValidationError

from earful.people.inviting import invite
from earful.people.models import Agent
from earful.people.signing_in import one_time_link, redeem


def test_an_invited_agent_has_no_password_and_gets_in_by_a_link(db: None) -> None:
    mara = invite("mara", first="Mara", last="Lindqvist", initials="ML")
    assert not mara.has_usable_password()
    assert (mara.shown_name, mara.signature) == ("Mara Lindqvist", "^ML")
    assert redeem(one_time_link(mara)) == mara


@pytest.mark.parametrize("name", ["mara", "", "two words", "m" * 151])
def test_a_name_that_is_taken_or_none_is_refused(db: None, name: str) -> None:
    invite("mara")
    with pytest.raises(ValidationError):
        invite(name)
    assert Agent.objects.count() == 1
