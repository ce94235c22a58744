"""Addresses of the staff application; each part of it keeps its own."""

from django.urls import include, path

from vinculo.web import cockpit, shell, value
from vinculo.web.imports import folders, outgoing, templates
from vinculo.web.imports import views as imports
from vinculo.web.matchings import views as matchings
from vinculo.web.runs import views as runs
from vinculo.web.shop import views as shop
from vinculo.web.sources import views as sources
from vinculo.web.tokens import views as tokens
from vinculo.web.webhooks import views as webhooks

urlpatterns = [
    path("", shell.home, name="home"),
    path("favicon.ico", shell.icon, name="icon"),
    path("language/", shell.language_choose, name="language"),
    path("theme/", shell.theme_choose, name="theme"),
    path("customers/", include("vinculo.web.customers.addresses")),
    path("", include("vinculo.web.consents.addresses")),
    path("", include("vinculo.web.rights.addresses")),
    path("", include("vinculo.web.relations.addresses")),
    path("", include("vinculo.web.quality.addresses")),
    path("till/", include("vinculo.web.till.addresses")),
    path("", include("vinculo.web.programs.addresses")),
    path("prospects/", include("vinculo.web.prospects.addresses")),
    path("charts.css", shell.chart_colours, name="chart_colours"),
    *cockpit.urlpatterns,
    *value.urlpatterns,
    *imports.urlpatterns,
    *templates.urlpatterns,
    *outgoing.urlpatterns,
    *folders.urlpatterns,
    *runs.urlpatterns,
    *shop.urlpatterns,
    *matchings.urlpatterns,
    *sources.urlpatterns,
    *tokens.urlpatterns,
    *webhooks.urlpatterns,
]
