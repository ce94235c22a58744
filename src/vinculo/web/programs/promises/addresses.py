"""Addresses of promises."""

from django.urls import path

from vinculo.web.programs.promises import guarantees, kept

urlpatterns = [
    path("", kept.promise_list, name="program_promises"),
    path("<int:promise_id>/exclude/", kept.promise_exclude, name="program_promise_exclude"),
    path("guarantees/", guarantees.guarantee_list, name="program_guarantees"),
    path("guarantees/new/", guarantees.guarantee_new, name="program_guarantee_new"),
    path("guarantees/<int:guarantee_id>/", guarantees.guarantee_change, name="program_guarantee_change"),
    path("guarantees/<int:guarantee_id>/state/", guarantees.guarantee_state, name="program_guarantee_state"),
    path("hours/", guarantees.hours_list, name="program_hours"),
    path("hours/new/", guarantees.hours_change, name="program_hours_new"),
    path("hours/<int:hours_id>/", guarantees.hours_change, name="program_hours_change"),
]
