"""The palette's server half: cases found by number, name, handle or words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from earful.cases.finding import best
from earful.console.asked import Asked, words_asked
from earful.console.rows import status_in_words


@require_GET
def palette(request: Asked) -> HttpResponse:
    """Up to eight cases that fit `q`, as options of the palette's list."""
    cases = best(request.user, words_asked(request.GET))
    return render(request, "console/palette_cases.html", {
        "cases": [(case, status_in_words(case)) for case in cases],
    })  # fmt: skip
