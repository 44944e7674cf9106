"""Addresses of billing."""

from django.urls import path

from billing.views import awards, desk, settlements, statements

app_name = "billing"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("open/", desk.open_settlement, name="open"),
    path("tariffs/<slug:code>/<int:version>/", desk.tariff, name="tariff"),
    path("tariffs/<slug:code>/<int:version>/propose/", desk.propose_tariff, name="propose_tariff"),
    path("tariffs/<slug:code>/<int:version>/approve/", desk.approve_tariff, name="approve_tariff"),
    path("budgets/", desk.budgets, name="budgets"),
    path("ledger/", desk.ledger, name="ledger"),
    path("payments/<slug:message_id>.xml", desk.payment_file, name="payment_file"),
    path("settlements/<slug:period>/", settlements.settlement, name="settlement"),
    path("settlements/<slug:period>/recompute/", settlements.recompute, name="recompute"),
    path("settlements/<slug:period>/approve/", settlements.approve, name="approve"),
    path("settlements/<slug:period>/awards/", awards.award_ranking, name="award_ranking"),
    path("settlements/<slug:period>/do/<slug:verb>/", settlements.move, name="move"),
    path("awards/<int:pk>/", awards.award, name="award"),
    path("lines/<int:pk>/", settlements.line, name="line"),
    path("lines/<int:pk>/dispute/", statements.dispute_line, name="dispute_line"),
    path("disputes/<slug:number>/", settlements.dispute, name="dispute"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<slug:number>/", statements.statement, name="statement"),
    path("statements/<slug:number>.pdf", statements.statement_pdf, name="statement_pdf"),
    path("statements/<slug:number>/confirm/", statements.confirm, name="confirm"),
    path("statements/<slug:number>/accept/", statements.accept, name="accept"),
]
