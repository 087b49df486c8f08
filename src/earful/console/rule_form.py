"""The form of a listening rule: what a person decides about it."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms

from earful.console.checking import check, one_line
from earful.people.models import Agent
from earful.rules.models import MOST_A_MINUTE, ListeningRule

# The field takes no more than this; a number beyond it is a slip, not a wish.
MOST_EVER_A_MINUTE: Final = 100_000


class RuleForm(forms.Form):
    """A rule as a browser sends it, to become or to change `rule`. Every field is named here, so that a request can
    set no other.
    """

    name = forms.CharField(
        max_length=100, error_messages={"required": "Give it a name, so that colleagues know what it is for."}
    )
    text = forms.CharField(required=False, strip=False)
    opens_cases = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    most_a_minute = forms.IntegerField(
        min_value=1,
        max_value=MOST_EVER_A_MINUTE,
        error_messages={"required": "Say after how many posts in a minute it should rest."},
    )
    owner = forms.ModelChoiceField(
        Agent.objects.filter(is_active=True).order_by("first_name", "last_name", "username"),
        required=False,
        error_messages={"invalid_choice": "This colleague cannot own a rule any more. Choose another."},
    )

    def __init__(self, *posted: Any, rule: ListeningRule, **more: Any) -> None:
        super().__init__(*posted, **more)
        self.rule = rule

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        # One that has shared its name since long ago may keep it.
        if name.lower() != self.rule.name.lower() and ListeningRule.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError("There is a rule of that name already. Choose another.")
        return name

    def clean_text(self) -> str:
        text = one_line(self.cleaned_data["text"]).strip()
        if not text:
            raise forms.ValidationError("Write what to listen for.")
        if check(text).fault:
            raise forms.ValidationError("Mend the rule first; where it is wrong is said below it.")
        return text

    def decided(self) -> ListeningRule:
        """The rule with what was decided; the form must be valid, and the rule is not saved."""
        for name in ("name", "text", "most_a_minute", "owner"):
            setattr(self.rule, name, self.cleaned_data[name])
        self.rule.opens_cases = self.cleaned_data["opens_cases"] == "yes"
        return self.rule


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people have decided differently, in words; `code` says that it is a rule's text."""

    label: str
    theirs: str
    mine: str
    code: bool = False


def differences(theirs: ListeningRule, mine: ListeningRule) -> list[Difference]:
    """Where two versions of a rule part."""
    rows = [
        Difference("Name", theirs.name, mine.name),
        Difference("Posts to find", theirs.text, mine.text, code=True),
        Difference("When it finds a post", _opening(theirs), _opening(mine)),
        Difference("Rests after", f"{theirs.most_a_minute:,} in a minute", f"{mine.most_a_minute:,} in a minute"),
        Difference("Owner", _owner(theirs), _owner(mine)),
    ]
    return [row for row in rows if row.theirs != row.mine]


def _opening(rule: ListeningRule) -> str:
    return "open a case" if rule.opens_cases else "only keep the post"


def _owner(rule: ListeningRule) -> str:
    return rule.owner.shown_name if rule.owner else "nobody"


def as_it_stands(rule: ListeningRule) -> dict[str, Any]:
    """The form's values for a rule that is there already."""
    return {
        "name": rule.name,
        "text": rule.text,
        "opens_cases": "yes" if rule.opens_cases else "no",
        "most_a_minute": rule.most_a_minute,
        "owner": rule.owner_id,
    }


def for_a_new_one(agent: Agent, text: str = "") -> dict[str, Any]:
    """The form's values to begin with; the first rule may begin with an example."""
    return {"name": "", "text": text, "opens_cases": "yes", "most_a_minute": MOST_A_MINUTE, "owner": agent.pk}
