"""Every address of the desk: the console, signing in, the files of both, and the doors at which networks call."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.views import serve
from django.urls import include, path

urlpatterns = [
    path("", include("earful.console.urls")),
    path("hooks/", include("earful.hooks.urls")),
    path("accounts/", include("allauth.account.urls")),
    # A web server in front answers these before they come here; without one the desk still has its looks.
    path("static/<path:path>", login_not_required(serve), {"insecure": True}),
]
