"""Addresses of the programme desk; each part keeps its own, below that of its programme."""

from django.urls import include, path

from vinculo.web.programs import door, overview, setup
from vinculo.web.programs.belonging import fraud
from vinculo.web.programs.finance import home

urlpatterns = [
    path("programs/", overview.program_list, name="programs"),
    path("programs/new/", setup.program_new, name="program_new"),
    path("members/", door.members, name="members"),
    path("programs/<slug:program>/", overview.overview, name="program"),
    path("programs/<slug:program>/change/", setup.program_change, name="program_change"),
    path("programs/<slug:program>/units/new/", setup.unit_new, name="program_unit_new"),
    path("programs/<slug:program>/units/<int:unit_id>/", setup.unit_change, name="program_unit"),
    path("programs/<slug:program>/verify/", overview.verify, name="program_verify"),
    path("programs/<slug:program>/rules/", include("vinculo.web.programs.rules.addresses")),
    path("programs/<slug:program>/members/", include("vinculo.web.programs.members.addresses")),
    path("programs/<slug:program>/levels/", include("vinculo.web.programs.levels.addresses")),
    path("finance/", home.finance_home, name="program_finance"),
    path("programs/<slug:program>/rewards/", include("vinculo.web.programs.rewards.addresses")),
    path("programs/<slug:program>/promises/", include("vinculo.web.programs.promises.addresses")),
    path("programs/<slug:program>/belonging/", include("vinculo.web.programs.belonging.addresses")),
    path("programs/<slug:program>/fraud/", fraud.fraud_queue, name="program_fraud"),
    path("programs/<slug:program>/finance/", include("vinculo.web.programs.finance.addresses")),
]
