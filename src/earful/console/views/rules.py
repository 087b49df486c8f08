"""Listening rules: the list of them, the editor with its live check and its trial, and what is done to a rule."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from earful.console import alarms
from earful.console.asked import Asked
from earful.console.checking import check, one_line
from earful.console.desk import frame
from earful.console.rule_form import RuleForm, as_it_stands, for_a_new_one
from earful.console.rules_shown import rests, rules_shown
from earful.console.trying import asked_of_network, tried, who_counts
from earful.rules import breaker, keeping
from earful.rules.models import ListeningRule

# What a first rule may look like, offered where there is none yet.
EXAMPLE: Final = '(broadband OR wifi OR "no internet") (down OR slow OR broken) lang:en -is:retweet'


@require_GET
def rules(request: Asked) -> HttpResponse:
    """All listening rules."""
    listed = {"here": "rules", "rules": rules_shown(timezone.now()), "example": EXAMPLE}
    return render(request, "console/rules/page.html", frame(request) | listed | {"first": check(EXAMPLE)})


@require_GET
def rows(request: Asked) -> HttpResponse:
    """The list alone, as it stands now."""
    return _rows(request)


@require_GET
def station(request: Asked) -> HttpResponse:
    """The way here in the rail, its alarms counted anew: a page asks for it when it hears that a rule has changed."""
    alarms.forget()
    return render(request, "console/rules/station.html", {"rules_in_trouble": alarms.alarms().rules})


@require_http_methods(["GET", "POST"])
def new(request: Asked) -> HttpResponse:
    """The editor with an empty rule; posted, the rule is made."""
    return _edited(request, ListeningRule(), for_a_new_one(request.user, request.GET.get("text", "")[:1024]))


@require_http_methods(["GET", "POST"])
def rule(request: Asked, number: int) -> HttpResponse:
    """The editor with a rule; posted, the rule is changed."""
    found = rule_of(number)
    return _edited(request, found, as_it_stands(found))


@require_POST
def checked(request: Asked) -> HttpResponse:
    """What to say about the rule as it is being written."""
    return render(request, "console/rules/checked.html", {"checked": check(_text(request))})


@require_POST
def trial(request: Asked) -> HttpResponse:
    """What the rule would have found among the posts of the last days."""
    return render(request, "console/rules/tried.html", {"tried": tried(_text(request))})


@require_POST
def counted(request: Asked) -> HttpResponse:
    """What a network itself counts for the rule; asking it costs money, which the button says."""
    said = asked_of_network(request.POST.get("count", ""), _text(request))
    return render(request, "console/rules/counted.html", {"said": said})


@require_http_methods(["GET", "POST"])
def remove(request: Asked, number: int) -> HttpResponse:
    """Ask whether the rule shall really go, and say what goes with it; posted, it goes."""
    found = rule_of(number)
    if request.method == "POST":
        keeping.remove(found)
        return redirect("console:rules")
    asked = {"here": "rules", "rule": found, "matches": found.matches.count()}
    return render(request, "console/rules/remove.html", frame(request) | asked)


@require_POST
def act(request: Asked, number: int, verb: str) -> HttpResponse:
    """Pause a rule, listen for it again, or let it go on after its breaker tripped."""
    if verb not in DEEDS:
        raise Http404
    DEEDS[verb](rule_of(number))
    alarms.forget()
    if request.htmx:
        return _rows(request)
    return redirect("console:rules")


def _rows(request: Asked) -> HttpResponse:
    return render(request, "console/rules/rows.html", {"rules": rules_shown(timezone.now())})


def rule_of(number: int) -> ListeningRule:
    """The rule of this number; every agent may see and change every rule."""
    return get_object_or_404(ListeningRule.objects.select_related("owner"), pk=number)


def _edited(request: Asked, rule: ListeningRule, initial: Mapping[str, Any]) -> HttpResponse:
    """The editor, or, once what was posted is saved, the list."""
    if request.method != "POST":
        return _editor(request, rule, RuleForm(initial=dict(initial)), str(initial["text"]))
    form = RuleForm(request.POST)
    text = request.POST.get("mended") or _text(request)
    if not _saves(request):
        return _editor(request, rule, RuleForm(initial=request.POST.dict() | {"text": text}), text)
    if not form.is_valid():
        return _editor(request, rule, form, text, status=422)
    _save(form, rule, resume=request.POST.get("do") == "resume")
    return redirect("console:rules")


def _saves(request: Asked) -> bool:
    """Whether the button that was pressed saves; the others only look, and come here where no script runs."""
    return request.POST.get("do") != "try" and not {"mended", "count"} & request.POST.keys()


def _save(form: RuleForm, rule: ListeningRule, *, resume: bool) -> None:
    kept = keeping.keep(form.into(rule))
    if resume:
        breaker.resume(kept)
    alarms.forget()


def _editor(request: Asked, rule: ListeningRule, form: RuleForm, text: str, status: int = 200) -> HttpResponse:
    """The editor's page. Without a script its buttons come here too, and their answers stand on the page."""
    shown: dict[str, Any] = {
        "here": "rules",
        "rule": rule,
        "form": form,
        "checked": check(text),
        "rests": rests(rule),
        "counts": who_counts(),
    }
    if request.POST.get("do") == "try":
        shown["tried"] = tried(text)
    if "count" in request.POST:
        shown["said"] = asked_of_network(request.POST["count"], text)
    return render(request, "console/rules/editor.html", frame(request) | shown, status=status)


def _text(request: Asked) -> str:
    return one_line(request.POST.get("text", ""))


DEEDS: Final[Mapping[str, Callable[[ListeningRule], None]]] = {
    "pause": keeping.pause,
    "wake": keeping.wake,
    "resume": breaker.resume,
}
