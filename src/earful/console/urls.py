"""The addresses of the console's pages."""

from django.urls import path

from earful.console.views import case, channels, composer, entering, inbox, palette, small

app_name = "console"
urlpatterns = [
    path("", inbox.home, name="home"),
    path("inbox/<slug:view>/", inbox.inbox, name="inbox"),
    path("inbox/<slug:view>/rows/", inbox.changed_rows, name="rows"),
    path("inbox/<slug:view>/counts/", inbox.counted, name="counts"),
    path("cases/<int:number>/", case.case, name="case"),
    path("cases/<int:number>/live/", case.live, name="live"),
    path("cases/<int:number>/do/<slug:verb>/", case.act, name="act"),
    path("cases/<int:number>/note/", composer.note, name="note"),
    path("cases/<int:number>/draft/<slug:route>/", composer.draft, name="draft"),
    path("cases/<int:number>/send/<slug:route>/", composer.send, name="send"),
    path("replies/<int:number>/edit-again/", composer.edit_again, name="edit_again"),
    path("replies/<int:number>/by-hand/", composer.answer_by_hand, name="by_hand"),
    path("channels/", channels.channels, name="channels"),
    path("channels/outbox/<slug:state>/", channels.outbox, name="outbox"),
    path("channels/read-again/", channels.read_again, name="read_again"),
    path("palette/", palette.palette, name="palette"),
    path("ticket/", small.ticket, name="ticket"),
    path("theme/", small.theme, name="theme"),
    path("enter/<str:secret>/", entering.enter, name="enter"),
    path("healthz", small.healthz, name="healthz"),
]
