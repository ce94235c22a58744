"""Addresses for programs."""

from vinculo.api.ingest import views

urlpatterns = [*views.urlpatterns]
