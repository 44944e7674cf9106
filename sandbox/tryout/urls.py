"""Addresses of trying interfaces."""

from django.urls import path

from sandbox.tryout import views

app_name = "tryout"
urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke, name="revoke_token"),
    path("<slug:code>/v<int:major>/", views.interface, name="interface"),
    path("<slug:code>/v<int:major>/afresh/", views.afresh, name="afresh"),
    path("<slug:code>/v<int:major>/operations/<int:position>/", views.call, name="call"),
    path("<slug:code>/v<int:major>/calls/<int:pk>/", views.made, name="made"),
]
