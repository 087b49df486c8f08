"""The few things that templates cannot say themselves."""

from datetime import UTC, datetime

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from earful.console.amounts import price_in_words, written
from earful.console.heads_shown import title
from earful.console.row_markup import rows_markup
from earful.console.rows import network_name
from earful.core.figures import short_number
from earful.triage.topics import in_words

register = template.Library()
register.filter("network", network_name)
register.filter("price", price_in_words)
register.filter("written", written)
register.filter("short_number", short_number)


@register.filter
def moment(at: datetime) -> SafeString:
    """A point in time as a `<time>`. It reads in UTC; the page rewrites it for the reader's own clock."""
    at = at.astimezone(UTC)
    return format_html('<time datetime="{}">{} UTC</time>', at.isoformat(timespec="seconds"), f"{at:%a %d %b, %H:%M}")


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme that this browser chose: auto, light or dark."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request is not None else "auto"
    return chosen if chosen in ("light", "dark") else "auto"


@register.simple_tag(takes_context=True)
def list_rows(context: Context) -> SafeString:
    """The rows of the list, the open case marked."""
    opened = context.get("case")
    return rows_markup(context["rows"], context["trail"], opened.pk if opened else None)


@register.filter
def thousands(number: int) -> str:
    """A whole number with its thousands parted, as everywhere in the desk's own words."""
    return f"{number:,}"


@register.filter
def share(part: float) -> str:
    """A part of one as a percentage."""
    return f"{part:.0%}"


register.filter("head_title", title)


@register.filter
def answer(says: str, head: str) -> str:
    """An answer of a head as people read it."""
    return in_words(head, says)


@register.filter
def chunks(rule: str) -> SafeString:
    """A rule that breaks its lines between its parts alone: a browser would part a dash from what it excludes."""
    return format_html_join(" ", "<span>{}</span>", ((part,) for part in rule.split()))
