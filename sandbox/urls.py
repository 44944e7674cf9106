"""Addresses of the sandbox."""

from django.urls import path

from sandbox import views

app_name = "sandbox"
urlpatterns = [
    path("", views.operations, name="operations"),
    path("runs/<int:pk>/", views.report, name="report"),
    path("runs/<int:pk>/progress/", views.progress, name="progress"),
    path("runs/<int:pk>/report.json", views.report_json, name="report_json"),
    path("runs/<int:pk>/plan.json", views.plan, name="plan"),
    path("runs/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("versions/<int:pk>/", views.version, name="version"),
    path("versions/<int:pk>/again/", views.run_again, name="run_again"),
    path("certificates/<str:code>/", views.certificate, name="certificate"),
    path("certificates/<str:code>/certificate.jws", views.certificate_jws, name="certificate_jws"),
]
