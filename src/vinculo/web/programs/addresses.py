"""Addresses of the programme desk; each part keeps its own, below that of its programme."""

from django.urls import include, path

from vinculo.web.programs.belonging import fraud
from vinculo.web.programs.finance import home

urlpatterns = [
    path("finance/", home.finance_home, name="program_finance"),
    path("programs/<slug:program>/rewards/", include("vinculo.web.programs.rewards.addresses")),
    path("programs/<slug:program>/promises/", include("vinculo.web.programs.promises.addresses")),
    path("programs/<slug:program>/belonging/", include("vinculo.web.programs.belonging.addresses")),
    path("programs/<slug:program>/fraud/", fraud.fraud_queue, name="program_fraud"),
    path("programs/<slug:program>/finance/", include("vinculo.web.programs.finance.addresses")),
]
