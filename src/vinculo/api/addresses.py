"""Addresses for programs."""

from django.urls import include, path

urlpatterns = [path("api/v1/", include("vinculo.api.v1.door"))]
