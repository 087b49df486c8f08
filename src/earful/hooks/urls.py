"""The addresses at which networks call."""

from django.urls import path

from earful.hooks.door import door

app_name = "hooks"
urlpatterns = [path("<slug:network>/<str:token>/", door, name="door")]
