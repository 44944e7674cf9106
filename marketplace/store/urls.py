"""Addresses of the store; the code of a service comes last because any word could be one."""

from django.urls import URLPattern, URLResolver, path

from marketplace.store.views import cases, compare, departments, operators, vendors

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
    path("desk/counter/", departments.clerk, name="clerk"),
    path("desk/counter/<slug:number>/", departments.clerk_case, name="clerk-case"),
    path("desk/decisions/", departments.decisions, name="decisions"),
    path("desk/keys/", departments.keys, name="keys"),
    path("desk/waiting/", departments.waiting, name="waiting"),
    path("desk/waiting/<int:pk>/", departments.resolve, name="resolve"),
    path("desk/follow-ups/", departments.follow_ups, name="follow-ups"),
    path("desk/follow-ups/<int:pk>/", departments.follow_up, name="follow-up"),
    path("desk/listings/", operators.approvals, name="approvals"),
    path("desk/listings/<int:pk>/", operators.approval, name="approval"),
    path("desk/moderation/", operators.moderation, name="moderation"),
    path("desk/moderation/<int:pk>/", operators.moderate, name="moderate"),
    path("desk/cases/<slug:number>/release/", operators.release, name="release"),
    path("vendor/listings/", vendors.listings, name="vendor-listings"),
    path("vendor/listings/<int:pk>/ask/", vendors.ask, name="ask"),
    path("vendor/reviews/", vendors.reviews, name="vendor-reviews"),
    path("vendor/reviews/<int:pk>/reply/", vendors.reply, name="reply"),
    path("<str:code>/", compare.service, name="service"),
]
