"""Search as you type: customers by any word of the name, e-mail, phone, number or tax number, by its beginning."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat

from vinculo.identify import folding
from vinculo.identify.records.models import Customer, Identifier

MOST = 4_000
"""Up to so many customers found, a search gives their ids; beyond, it gives the query that finds them."""
CALLING_CODES = ("34", "351", "33", "44", "49", "39", "1", "52", "54", "56", "57")
"""What people leave out when they type a phone number of these countries."""
PARTING = (" ", "-", "'", ".", ",", "(", "/", "&")
"""What stands before a word inside a name."""
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Found:
    """What a search found: the ids when there are few; else the customers as a query that asks each whether it fits.

    `every` finds all their ids, to be counted.
    """

    customers: QuerySet[Customer]
    every: Any
    ids: tuple[int, ...] | None


def customer_search(*, text: str, personal: bool) -> Found:
    """Return the customers whose name has words beginning as those of the text, or who bear an identifier that does.

    Accents and case do not matter. Without the right to see personal data, persons are found by number alone, for a
    search that answers tells what it does not show.
    """
    folded = folding.fold(text)
    parts: list[Any] = [found.order_by().values_list("id") for found in by_name(folded, personal)]
    parts.append(by_identifier(folded, personal).order_by().values_list("customer_id"))
    first, *others = [part[: MOST + 1] for part in parts]
    with by_index():
        found = [key for (key,) in first.union(*others)[: MOST + 1]]
    few = tuple(sorted(set(found))) if len(found) <= MOST else None
    return Found(matching(folded, personal), parts[0].union(*parts[1:]), few)


@contextmanager
def by_index() -> Iterator[None]:
    """Look things up in indexes: where many fit, the planner would read names one by one until it has enough."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")


def by_name(folded: str, personal: bool) -> list[QuerySet[Customer]]:
    """Return the customers found by name: by any of its words, or by how it begins."""
    named = Customer.objects.all() if personal else Customer.objects.filter(kind=Customer.Kind.ORGANISATION)
    found = [named.filter(search_text__startswith=folded)]
    query = words(folded)
    if query is not None:
        found.append(named.alias(said=SearchVector("search_text", config="simple")).filter(said=query))
    return found


def by_identifier(folded: str, personal: bool) -> QuerySet[Identifier]:
    """Return the identifiers that begin as the text, or as the digits of the text."""
    found = Identifier.objects.filter(beginnings(folded))
    return found if personal else found.filter(kind=Identifier.Kind.SOURCE_KEY)


def matching(folded: str, personal: bool) -> QuerySet[Customer]:
    """Return the same customers by what is quick to ask of one: a list is walked until a page of them is found.

    The identifiers are asked for in a subquery that gives a value, for one that tells whether there are any would be
    turned into a join with all of them.
    """
    # Written so that no index fits the beginning: that of the customer is to be taken, once a customer.
    mine = Identifier.objects.filter(customer=OuterRef("pk")).alias(
        bare=Concat("normalised", Value(""), output_field=TextField())
    )
    borne = (mine if personal else mine.filter(kind=Identifier.Kind.SOURCE_KEY)).filter(beginnings(folded, "bare"))
    named = Q(search_text__startswith=folded) | beginning(folded)
    found = Customer.objects.alias(borne=Subquery(borne.values(found=Value(True))[:1]))
    return found.filter((named if personal else named & Q(kind=Customer.Kind.ORGANISATION)) | Q(borne=True))


def beginning(folded: str) -> Q:
    """Return the search for words as one that needs no index: each begins the name or follows what parts words."""
    if words(folded) is None:
        return Q(pk__in=())
    found = Q()
    for word in _WORDS.findall(folded):
        begins = Q(search_text__startswith=word)
        for before in PARTING:
            begins |= Q(search_text__contains=before + word)
        found &= begins
    return found


def words(folded: str) -> SearchQuery | None:
    """Return the search for names that have words beginning as these; none for a single letter, which begins most."""
    found = _WORDS.findall(folded)
    if not found or max(map(len, found)) < 2:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in found), config="simple", search_type="raw")


def beginnings(folded: str, field: str = "normalised") -> Q:
    """Return what an identifier begins with; a phone is searched with and without the code of its country."""
    found = Q(**{f"{field}__startswith": folded})
    digits = "".join(character for character in folded if character.isdecimal())
    if len(digits) >= 5 and not re.search(r"[^\W\d]", folded):
        local = digits.removeprefix("00")
        for digits_asked in (local, *(code + local for code in CALLING_CODES)):
            found |= Q(**{f"{field}__startswith": digits_asked, "kind": Identifier.Kind.PHONE})
    return found
