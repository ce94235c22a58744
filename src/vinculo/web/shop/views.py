"""The page of the shop: it sends what happens as any shop does, with the key of its source."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from vinculo.web import permission

FILE = "shop.json"
"""Holds the write key of the shop; only the demonstration makes it, so nowhere else is there a shop."""
GOODS = (
    ("85123A", "White hanging heart t-light holder", "2.95"),
    ("22423", "Regency cakestand 3 tier", "12.75"),
    ("47566", "Party bunting", "4.95"),
    ("85099B", "Jumbo bag red retrospot", "2.08"),
    ("20725", "Lunch bag red retrospot", "1.65"),
    ("84879", "Assorted colour bird ornament", "1.69"),
)
"""Code, name and price of what the gift shop of the demonstration sold most."""


@require_GET
@permission.everybody
def shop_view(request: HttpRequest) -> HttpResponse:
    """Show the shop."""
    file = settings.HOME_FOLDER() / FILE
    if not file.is_file():
        raise Http404
    goods = [{"code": code, "name": name, "price": price} for code, name, price in GOODS]
    return render(request, "shop/page.html", {"goods": goods, "key": json.loads(file.read_text("utf-8"))["write_key"]})


urlpatterns = [path("shop/", shop_view, name="shop")]
