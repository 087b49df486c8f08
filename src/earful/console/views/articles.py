"""Articles: the list of them, what people do to one, a table brought in, and those suggested for a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from earful.channels.models import Channel
from earful.console.article_form import ArticleForm, as_it_stands
from earful.console.articles_shown import found, shown, whose
from earful.console.asked import Asked, number_asked, words_asked
from earful.console.desk import frame
from earful.console.views.case import case_of
from earful.knowledge import keeping
from earful.knowledge.importing import MOST_BYTES, Imported, Unreadable, import_table
from earful.knowledge.keeping import Overtaken, SamePlace
from earful.knowledge.models import Article
from earful.people.models import Agent
from earful.people.permitting import NotYours
from earful.replies.suggesting import suggested

PAGE: Final = 100


@require_GET
def articles(request: Asked) -> HttpResponse:
    """The articles that say the words asked for: those in use, or those retired."""
    return _page(request)


@require_http_methods(["GET", "POST"])
def new(request: Asked) -> HttpResponse:
    """The form with an empty article; posted, the article is made."""
    return _edited(request, Article())


@require_http_methods(["GET", "POST"])
def article(request: Asked, number: int) -> HttpResponse:
    """The form with an article; posted, the article is changed."""
    return _edited(request, get_object_or_404(Article, pk=number))


@require_POST
def act(request: Asked, number: int, verb: str) -> HttpResponse:
    """Retire an article, or bring it back."""
    if verb not in DEEDS:
        raise Http404
    try:
        DEEDS[verb](get_object_or_404(Article, pk=number), request.user)
    except NotYours as sorry:
        return _page(request, refused=str(sorry), status=403)
    return redirect("console:articles")


@require_POST
def bring_in(request: Asked) -> HttpResponse:
    """Add the articles of a table, and say what became of it."""
    file, channel = request.FILES.get("table"), number_asked(request.POST.get("channel", ""))
    if file is None:
        return _page(request, refused="Choose a file first: a table in CSV.", status=400)
    of = get_object_or_404(Channel, pk=channel) if channel is not None else None
    try:
        done = import_table(file.read(MOST_BYTES + 1), request.user, of)
    except NotYours as sorry:
        return _page(request, refused=str(sorry), status=403)
    except Unreadable as error:
        return _page(request, refused=str(error), status=400)
    return _page(request, imported=done)


@require_GET
def exported(request: Asked) -> HttpResponse:
    """All articles in use by channel, as `earful triage predict --articles` takes them."""
    by_channel: dict[str, list[dict[str, Any]]] = {}
    for each in shown(Article.objects.offered().select_related("channel").order_by("pk"), timezone.now()):
        kept, of = each.article, each.article.channel
        row = {"id": str(kept.pk), "url": kept.address, "title": kept.title, "text": kept.text, "used": each.ever}
        by_channel.setdefault(of.handle if of else "", []).append(row)
    answer = JsonResponse(by_channel)
    answer["Content-Disposition"] = 'attachment; filename="articles.json"'
    return answer


@require_GET
def suggested_for(request: Asked, number: int) -> HttpResponse:
    """The articles that may answer a case, each with why. Nothing is inserted by this."""
    offered = suggested(case_of(request, number), request.user, timezone.now())
    return render(request, "console/case/articles_inside.html", {"offered": offered, "case_number": number})


DEEDS: Final[Mapping[str, Callable[[Article, Agent], None]]] = {
    "retire": keeping.retire,
    "bring-back": keeping.bring_back,
}


def _page(request: Asked, *, refused: str = "", imported: Imported | None = None, status: int = 200) -> HttpResponse:
    words, retired = words_asked(request.GET).strip(), "retired" in request.GET
    page = Paginator(found(words, retired=retired), PAGE).get_page(request.GET.get("page"))
    told = {
        "here": "articles",
        "rows": shown(page.object_list, timezone.now()),
        "page": page,
        "words": words,
        "retired": retired,
        "any_retired": Article.objects.exclude(retired_at=None).exists(),
        "channels": _channels(),
        "refused": refused,
        "imported": imported,
    }
    return render(request, "console/articles/page.html", frame(request) | told, status=status)


def _channels() -> list[tuple[int, str]]:
    return [(channel.pk, whose(channel)) for channel in Channel.objects.order_by("network", "handle")]


def _edited(request: Asked, article: Article) -> HttpResponse:
    """The form, or, once what was posted is saved, the list."""
    if request.method != "POST":
        return _form(request, ArticleForm(initial=as_it_stands(article), article=article))
    form = ArticleForm(request.POST, article=article)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        keeping.keep(form.decided(), request.user, seen=request.POST.get("seen", ""))
    except NotYours as sorry:
        return _form(request, form, refused=str(sorry), status=403)
    except SamePlace as error:
        return _form(request, form, refused=str(error), status=409)
    except Overtaken as error:
        return _form(request, form, theirs=error.article, status=409)
    return redirect("console:articles")


def _form(
    request: Asked, form: ArticleForm, *, refused: str = "", theirs: Article | None = None, status: int = 200
) -> HttpResponse:
    known = theirs or form.article
    seen = keeping.version(known) if theirs or request.method != "POST" else request.POST.get("seen", "")
    told = {
        "here": "articles",
        "form": form,
        "article": form.article,
        "seen": seen if form.article.pk else "",
        "refused": refused,
        "theirs": theirs,
        "channels": _channels(),
    }
    return render(request, "console/articles/form.html", frame(request) | told, status=status)
