"""Addresses of the catalogue."""

from django.urls import path

from marketplace.catalogue.views import desk, interfaces, items, public, reference

app_name = "catalogue"
urlpatterns = [
    path("search/", public.search_page, name="search"),
    path("items/<str:code>/", public.service_item, name="service_item"),
    path("interfaces/", public.interfaces, name="interfaces"),
    path("interfaces/rules/", reference.rules, name="rules"),
    path("interfaces/<slug:code>/", public.interface, name="interface"),
    path("interfaces/<slug:code>/upload/", interfaces.upload_version, name="upload_version"),
    path("interfaces/<slug:code>/<str:number>/", reference.version, name="version"),
    path("interfaces/<slug:code>/<str:number>/operations/<int:position>/", reference.operation, name="operation"),
    path("interfaces/<slug:code>/<str:number>/openapi.json", reference.document, name="document"),
    path("interfaces/<slug:code>/<str:number>/openapi.yaml", reference.document_yaml, name="document_yaml"),
    path("desk/", desk.desk, name="desk"),
    path("desk/synonyms/", desk.synonyms, name="synonyms"),
    path("desk/synonyms/<int:pk>/remove/", desk.remove_synonym, name="remove_synonym"),
    path("desk/items/new/", items.new_item, name="new_item"),
    path("desk/items/<str:code>/", items.edit_item, name="edit_item"),
    path("desk/items/<str:code>/publish/", items.publish_item, name="publish_item"),
    path("desk/items/<str:code>/retire/", items.retire_item, name="retire_item"),
    path("desk/interfaces/new/", interfaces.new_interface, name="new_interface"),
    path("desk/versions/<int:pk>/publish/", interfaces.publish_version, name="publish_version"),
    path("desk/versions/<int:pk>/deprecate/", interfaces.deprecate_version, name="deprecate_version"),
    path("desk/versions/<int:pk>/retire/", interfaces.retire_version, name="retire_version"),
    path("desk/versions/<int:pk>/discard/", interfaces.discard_version, name="discard_version"),
]
