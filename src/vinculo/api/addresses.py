"""Addresses for programs."""

from django.urls import include, path

from vinculo.api.ingest import views

urlpatterns = [path("api/v1/", include("vinculo.api.v1.door")), *views.urlpatterns]
