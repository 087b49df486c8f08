"""A row of the list as markup.

Written here and not as a template: for forty rows Django's template tags take about 5 ms of processor time, its
`format_html` 1.6, this way it is 0.4. Every value that is put in is escaped by markupsafe, whose loop is in C.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.safestring import SafeString
from markupsafe import Markup, escape

from earful.console.rows import Chip, Row

_ROW: Final = (
    '<li class="row" id="row-{id}" data-id="{id}" data-key="{key}"><a href="/cases/{id}/{trail}"{current}>'
    '<span class="face" aria-hidden="true">{initial}{portrait}<span class="mark">{mark}</span></span>'
    '<span class="row-who"><bdi class="row-name">{name}</bdi> '
    '<span class="row-handle">{handle}<span class="unseen"> on {network}</span></span></span>'
    '<span class="row-age{waits}"><span class="unseen">{since_when}</span>'
    '<time datetime="{since}" data-age>{age}</time></span>'
    '<span class="row-words{two}"><bdi class="row-subject">{subject}</bdi>{snippet}</span>'
    '<span class="row-priority"><span class="unseen">priority </span>{priority}</span>{chips}</a></li>'
)
_PORTRAIT: Final = '<img src="{address}" alt="" width="32" height="32" loading="lazy" referrerpolicy="no-referrer">'
_CURRENT: Final = Markup(' aria-current="true"')


def rows_markup(rows: Iterable[Row], trail: str, opened: int | None) -> SafeString:
    """The rows one after another; `trail` goes behind each address, `opened` is the case that stands open."""
    # The rows are markup already; joining them keeps them so.
    return SafeString("\n".join(_row(row, trail, row.id == opened) for row in rows))  # nosec B703


def _row(row: Row, trail: str, opened: bool) -> Markup:
    return _filled(
        _ROW,
        id=row.id,
        key=row.key,
        trail=trail,
        current=_CURRENT if opened else "",
        initial=row.initial,
        portrait=_filled(_PORTRAIT, address=row.portrait) if row.portrait else "",
        mark=row.mark,
        name=row.name,
        handle=_filled("<bdi>@{handle}</bdi>", handle=row.handle) if row.handle else "",
        network=row.network,
        waits=" waits" if row.waits else "",
        since_when="waiting for " if row.waits else "last word ",
        since=row.since,
        age=row.age,
        two=" two" if row.snippet else "",
        subject=row.subject,
        snippet=_filled('<bdi class="row-snippet">{text}</bdi>', text=row.snippet) if row.snippet else "",
        priority=row.priority,
        chips=_chips(row.chips) if row.chips else "",
    )


def _chips(chips: Iterable[Chip]) -> Markup:
    each = " ".join(
        _filled('<span class="chip {tone}">{words}</span>', tone=chip.tone, words=chip.words) for chip in chips
    )
    return _filled('<span class="chips">{each}</span>', each=Markup(each))  # noqa: S704  # nosec B704 - each is escaped above


def _filled(markup: str, **values: object) -> Markup:
    """`markup` with the values put in, each escaped unless it is markup already."""
    return Markup(markup.format_map({name: escape(value) for name, value in values.items()}))  # noqa: S704  # nosec B704 - escaped here
