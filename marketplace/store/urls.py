"""Addresses of the store; the code of a service comes last because any word could be one."""

from django.urls import URLPattern, URLResolver, path

from marketplace.store.views import cases, compare

app_name = "store"
urlpatterns: list[URLPattern | URLResolver] = [
    path("standards/", compare.standards, name="standards"),
    path("apps/<slug:code>/", compare.listing, name="listing"),
    path("apps/<slug:code>/start/", cases.start, name="start"),
    path("apps/<slug:code>/launch/", cases.launch, name="launch"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<slug:number>/", cases.case, name="case"),
    path("cases/<slug:number>/enter/", cases.enter, name="enter"),
    path("cases/<slug:number>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<slug:number>/rate/", cases.rate, name="rate"),
    path("cases/<slug:number>/rated/", cases.rated, name="rated"),
    path("reviews/", cases.reviews, name="reviews"),
    path("reviews/<int:pk>/addition/", cases.addition, name="addition"),
    path("follow-ups/<int:pk>/answer/", cases.answer, name="answer"),
    path("desk/follow-ups/<int:pk>/", cases.reviews, name="follow-up"),
    path("<str:code>/", compare.service, name="service"),
]
