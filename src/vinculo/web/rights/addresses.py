"""Addresses of the register of requests, of a customer's rights, of retention and of processing."""

from django.urls import path

from vinculo.web.rights import person, upkeep

urlpatterns = [
    path("privacy/", person.register_view, name="rights"),
    path("privacy/retention/", upkeep.retention_view, name="retention"),
    path("privacy/retention/<slug:code>/", upkeep.retention_set, name="retention_set"),
    path("privacy/processing/", upkeep.processing_view, name="processing"),
    path("privacy/processing.json", upkeep.processing_json, name="processing_json"),
    path("customers/<int:customer_id>/rights/", person.rights_view, name="person_rights"),
    path("customers/<int:customer_id>/rights/open/", person.request_open, name="request_open"),
    path("customers/<int:customer_id>/rights/data.zip", person.person_export, name="person_export"),
    path("privacy/<int:request_id>/close/", person.request_close, name="request_close"),
    path("privacy/<int:request_id>/lift/", person.request_lift, name="request_lift"),
    path("privacy/<int:request_id>/erase/", person.person_erase, name="person_erase"),
]
