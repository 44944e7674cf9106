"""Addresses of the sandbox."""

from django.urls import path

from sandbox.views import certificates, components, composing, downloads, operations, reports, retests

app_name = "sandbox"
urlpatterns = [
    path("", operations.operations, name="operations"),
    path("runs/<int:pk>/", reports.report, name="report"),
    path("runs/<int:pk>/progress/", reports.progress, name="progress"),
    path("runs/<int:pk>/report.json", downloads.report_json, name="report_json"),
    path("runs/<int:pk>/junit.xml", downloads.junit_xml, name="junit_xml"),
    path("runs/<int:pk>/report.har", downloads.report_har, name="report_har"),
    path("runs/<int:pk>/plan.json", downloads.plan, name="plan"),
    path("runs/<int:pk>/kit.zip", downloads.run_kit, name="run_kit"),
    path("orders/<str:code>/kit.zip", downloads.order_kit, name="order_kit"),
    path("apps/<slug:code>/runs/", reports.app_runs, name="app_runs"),
    path("runs/<int:pk>/cancel/", operations.cancel, name="cancel"),
    path("versions/<int:pk>/", reports.version, name="version"),
    path("versions/<int:pk>/components/", components.components, name="components"),
    path("versions/<int:pk>/components.cdx.json", components.sbom, name="sbom"),
    path("runs/<int:pk>/priority/", operations.prioritise, name="prioritise"),
    path("workers/<int:pk>/drain/", operations.drain, name="drain"),
    path("workers/<int:pk>/resume/", operations.resume, name="resume"),
    path("retests/", retests.desk, name="retests"),
    path("retests/<int:pk>/", retests.decide, name="retest"),
    path("versions/<int:pk>/retest/", retests.ask, name="retest_version"),
    path("versions/<int:pk>/again/", operations.run_again, name="run_again"),
    path("certificates/", certificates.check, name="certificate_check"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("certificates/<str:code>/print/", certificates.printed, name="certificate_print"),
    path("certificates/<str:code>/qr.svg", certificates.qr_code, name="certificate_qr"),
    path("certificates/<str:code>/revoke/", certificates.revoke, name="certificate_revoke"),
    path("certificates/<str:code>/certificate.jws", certificates.certificate_jws, name="certificate_jws"),
    path("orders/<str:code>/scenarios/new/", composing.new, name="compose_new"),
    path("orders/<str:code>/scenarios/<slug:scenario>/", composing.compose, name="compose"),
    path("orders/<str:code>/scenarios/<slug:scenario>/change/", composing.change, name="compose_change"),
    path("orders/<str:code>/scenarios/<slug:scenario>/add/<str:operation>/", composing.step, name="add_step"),
    path("orders/<str:code>/scenarios/<slug:scenario>/steps/<slug:step_id>/", composing.step, name="edit_step"),
    path("orders/<str:code>/scenarios/<slug:scenario>/expect/<str:operation>/", composing.receipt, name="add_receipt"),
    path("orders/<str:code>/scenarios/<slug:scenario>/received/<int:place>/", composing.receipt, name="edit_receipt"),
]
