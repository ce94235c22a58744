"""Layout: pages with tabs and forms of the desk, what became of a form, and words in the language of the page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.models import Customer
from vinculo.programs.records.models import Program
from vinculo.web import permission
from vinculo.web.programs import door


@dataclass(frozen=True)
class Tab:
    """A page beside others of its part: the name of its address, what people read, and the permission it needs."""

    address: str
    name: str | Promise
    permission: str = door.SEE
    args: tuple[str, ...] = ()


def tabs_of(request: HttpRequest, program: Program, tabs: Sequence[Tab]) -> list[dict[str, Any]]:
    """Return the tabs that the user may open; the nearest is where he is."""
    found = [
        {"address": reverse(tab.address, args=[program.code, *tab.args]), "name": tab.name}
        for tab in tabs
        if request.user.has_perm(tab.permission)
    ]
    near = [each["address"] for each in found if request.path.startswith(str(each["address"]))]
    here = max(near, key=lambda address: len(str(address)), default="")
    return [{**each, "here": each["address"] == here} for each in found]


def form_shown(
    request: HttpRequest, program: Program, form: forms.Form, *, title: str, back: str, note: str = ""
) -> HttpResponse:
    """Show a form on a page of its own."""
    context = {"form": form, "title": title, "back": back, "note": note}
    return door.shown(request, program, "programs/parts/form_page.html", context, status=400 if form.errors else 200)


def kept(request: HttpRequest, form: forms.Form, write: Callable[[], object], done: str) -> bool:
    """Write what a form says, if it makes sense, and tell so; what is refused is said above the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        write()
    except InputError as error:
        form.add_error(None, permission.said(error))
        return False
    messages.success(request, done)
    return True


def tried(request: HttpRequest, work: Callable[[], object], done: str) -> bool:
    """Do what a button asks for and tell what came of it."""
    try:
        work()
    except InputError as error:
        door.refused(request, error)
        return False
    messages.success(request, done)
    return True


def spoken(phrase: Phrase | None) -> str:
    """Say a sentence of the rules in the language of the page."""
    return phrase.say(permission.analytical()) if phrase else ""


def number_of(text: str) -> int | None:
    """Return a number an address or a form names, or nothing."""
    return int(text) if text.isdecimal() and len(text) < 18 else None


def customers_of(customer_ids: Iterable[int | None]) -> dict[int, Customer]:
    """Return the customers that these are now, whoever they were merged with, by the number they were given."""
    known = selectors_customer.customers_of(customer_ids=[each for each in customer_ids if each])
    current = {number: each.merged_into_id or number for number, each in known.items()}
    found = selectors_customer.customers_of(customer_ids=list(current.values()))
    return {number: found[now] for number, now in current.items() if now in found}
