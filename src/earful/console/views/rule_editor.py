"""The editor of a listening rule: its live check, its trial, a network's count; and what is saved, or cannot be."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from earful.console import alarms
from earful.console.asked import Asked
from earful.console.checking import check, one_line
from earful.console.desk import frame
from earful.console.rule_form import RuleForm, as_it_stands, differences, for_a_new_one
from earful.console.rules_shown import rests
from earful.console.trying import asked_of_network, tried, who_counts
from earful.console.views.rules import rule_of
from earful.rules import breaker, keeping
from earful.rules.models import ListeningRule


@require_http_methods(["GET", "POST"])
def new(request: Asked) -> HttpResponse:
    """The editor with an empty rule; posted, the rule is made."""
    return _edited(request, ListeningRule(), for_a_new_one(request.user, request.GET.get("text", "")[:1024]))


@require_http_methods(["GET", "POST"])
def rule(request: Asked, number: int) -> HttpResponse:
    """The editor with a rule; posted, the rule is changed. What was written for one that is gone by then comes back."""
    if request.method == "POST" and not ListeningRule.objects.filter(pk=number).exists():
        return _orphaned(request)
    found = rule_of(number)
    return _edited(request, found, as_it_stands(found))


@require_POST
def checked(request: Asked) -> HttpResponse:
    """What to say about the rule as it is being written."""
    return render(request, "console/rules/checked.html", {"checked": check(_text(request))})


@require_POST
def trial(request: Asked) -> HttpResponse:
    """What the rule would have found among the posts of the last days."""
    text = _text(request)
    return render(request, "console/rules/tried.html", {"tried": tried(text), "tried_text": text})


@require_POST
def counted(request: Asked) -> HttpResponse:
    """What a network itself counts for the rule; asking it costs money, which the button says."""
    text = _text(request)
    said = asked_of_network(request.POST.get("count", ""), text)
    return render(request, "console/rules/counted.html", {"said": said, "tried_text": text})


def _edited(request: Asked, rule: ListeningRule, initial: Mapping[str, Any]) -> HttpResponse:
    """The editor, or, once what was posted is saved, the list."""
    if request.method != "POST":
        return _editor(request, RuleForm(initial=dict(initial), rule=rule), str(initial["text"]))
    if not _saves(request):
        text = request.POST.get("mended") or _text(request)
        return _editor(request, RuleForm(initial=request.POST.dict() | {"text": text}, rule=rule), text)
    form = RuleForm(request.POST, rule=rule)
    if not form.is_valid():
        return _editor(request, form, _text(request), status=422)
    return _saved(request, form)


def _saves(request: Asked) -> bool:
    """Whether the button that was pressed saves; the others only look, and come here where no script runs."""
    return request.POST.get("do") != "try" and not {"mended", "count"} & request.POST.keys()


def _saved(request: Asked, form: RuleForm) -> HttpResponse:
    try:
        kept = keeping.keep(form.decided(), seen=request.POST.get("seen", ""))
    except keeping.Overtaken as error:
        return _overtaken(request, form.rule, error.rule)
    except keeping.Gone:
        return _orphaned(request)
    if request.POST.get("do") == "resume":
        breaker.resume(kept)
    alarms.forget()
    return redirect("console:rules")


def _overtaken(request: Asked, mine: ListeningRule, theirs: ListeningRule) -> HttpResponse:
    """The editor with mine, and theirs beside it. Saved from here, mine overwrites what was shown, and no more."""
    form = RuleForm(initial=as_it_stands(mine), rule=theirs)
    parted = {"differences": differences(theirs, mine), "seen": keeping.version(theirs)}
    return _editor(request, form, mine.text, parted, status=409)


def _orphaned(request: Asked) -> HttpResponse:
    """The editor with what was written for a rule that somebody deleted: saved from here, it becomes a new one."""
    form = RuleForm(initial=request.POST.dict(), rule=ListeningRule())
    return _editor(request, form, _text(request), {"deleted": True, "seen": ""}, status=409)


def _editor(
    request: Asked, form: RuleForm, text: str, more: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The editor's page. Without a script its buttons come here too, and their answers stand on the page."""
    shown: dict[str, Any] = {
        "here": "rules",
        "rule": form.rule,
        "form": form,
        "seen": request.POST.get("seen", keeping.version(form.rule) if form.rule.pk else ""),
        "checked": check(text),
        "rests": rests(form.rule),
        "counts": who_counts(),
        "tried_text": text,
        **(more or {}),
    }
    if request.POST.get("do") == "try":
        shown["tried"] = tried(text)
    if "count" in request.POST:
        shown["said"] = asked_of_network(request.POST["count"], text)
    return render(request, "console/rules/editor.html", frame(request) | shown, status=status)


def _text(request: Asked) -> str:
    return one_line(request.POST.get("text", ""))
