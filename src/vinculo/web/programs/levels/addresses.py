"""Addresses of levels, below that of their programme."""

from django.urls import path

from vinculo.web.programs.levels import deciding, grants, page, terms

urlpatterns = [
    path("", page.set_list, name="program_levels"),
    path("new/", terms.set_new, name="program_level_set_new"),
    path("<int:set_id>/", page.set_page, name="program_level_set"),
    path("<int:set_id>/terms/", terms.preview, name="program_terms"),
    path("<int:set_id>/terms/propose/", terms.propose, name="program_terms_propose"),
    path("<int:set_id>/terms/waiting/", deciding.waiting, name="program_terms_waiting"),
    path("<int:set_id>/terms/decide/", deciding.decide, name="program_terms_decide"),
    path("grants/<int:grant_id>/withdraw/", grants.withdraw, name="program_grant_withdraw"),
    path("members/<int:member_id>/grant/", grants.give, name="program_grant"),
]
