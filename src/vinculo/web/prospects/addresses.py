"""Addresses of prospects."""

from django.urls import path

from vinculo.web.prospects import board, lead

urlpatterns = [
    path("", board.prospect_list, name="prospects"),
    path("export.csv", board.prospect_csv, name="prospect_csv"),
    path("new/", lead.prospect_new, name="prospect_new"),
    path("<int:lead_id>/", lead.prospect_view, name="prospect"),
    path("<int:lead_id>/change/", lead.prospect_change, name="prospect_change"),
    path("<int:lead_id>/move/", lead.prospect_move, name="prospect_move"),
    path("<int:lead_id>/undo/<int:step_id>/", lead.prospect_undo, name="prospect_undo"),
]
