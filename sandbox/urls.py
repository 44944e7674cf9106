"""Addresses of the sandbox."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "sandbox"


def _later(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse(status=404)


urlpatterns = [
    path("runs/<int:pk>/", _later, name="report"),
    path("versions/<int:pk>/", _later, name="version"),
    path("certificates/<str:code>/", _later, name="certificate"),
]
