"""Addresses of vendors."""

from django.urls import path

from vendors.views import apps, company, console, orders, questions, verification

app_name = "vendors"
urlpatterns = [
    path("", console.console, name="console"),
    path("register/", company.register, name="register"),
    path("companies/<slug:code>/registration/", company.register_again, name="register_again"),
    path("companies/<slug:code>/members/", company.members, name="members"),
    path("companies/<slug:code>/members/<int:member_id>/remove/", company.remove_member, name="remove_member"),
    path("companies/<slug:code>/account/", company.bank_account, name="bank_account"),
    path("tokens/", company.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", company.revoke, name="revoke_token"),
    path("orders/<str:code>/claim/", orders.claim, name="claim"),
    path("orders/<str:code>/ask/", orders.ask, name="ask"),
    path("orders/<str:code>/questions/", orders.order_questions, name="order_questions"),
    path("orders/<str:code>/app/", apps.create_app, name="create_app"),
    path("claims/<int:claim_id>/withdraw/", orders.withdraw_claim, name="withdraw_claim"),
    path("apps/<slug:code>/", apps.app, name="app"),
    path("apps/<slug:code>/edit/", apps.edit_app, name="edit_app"),
    path("apps/<slug:code>/upload/", apps.upload, name="upload"),
    path("questions/", questions.questions, name="questions"),
    path("questions/<int:question_id>/", questions.answer, name="answer"),
    path("verification/", verification.verification, name="verification"),
    path("verification/<slug:code>/", verification.verify, name="verify"),
]
