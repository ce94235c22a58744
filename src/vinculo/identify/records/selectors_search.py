"""Search as you type: customers by any word of the name, e-mail, phone, number or tax number, by its beginning."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import F, Lookup, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat

from vinculo.identify import folding
from vinculo.identify.records.models import Customer, Identifier, Merge

MANY = 20_000
"""Up to so many customers, a search finds them all; beyond, others are asked whether they fit."""
MANY_NAMES = 10_000
"""Where letters begin words of more names than these, nothing else is looked for: not the e-mails that begin so, most
of them of the same people."""
MANY_ASKED = 4_000
"""Up to so many customers, asking each for the words of its name is quicker than an index that finds those of all."""
CALLING_CODES = ("34", "351", "33", "44", "49", "39", "1", "52", "54", "56", "57")
"""What people leave out when they type a phone number of these countries."""
_WORDS = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[^\W_]+( [^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+( [^\W\d_]+)*")
Ids = npt.NDArray[np.int64]
"""Ids of customers, ascending, each once."""


class Names(NamedTuple):
    """A query that finds customers by name, and whether they lie together in the order of names."""

    rows: QuerySet[Customer]
    together: bool
    among: QuerySet[Customer]
    """The same, without an index of words: for those of few customers, whose names are then read one by one."""

    def through(self, ids: Ids | Sequence[int]) -> Ids:
        """Return those of some customers whom the query finds."""
        return ids_of((self.among if len(ids) <= MANY_ASKED else self.rows).filter(one_of(ids)))


@dataclass(frozen=True)
class Found:
    """Whom a search found: their ids unless there are very many; and the queries that find them."""

    names: tuple[Names, ...]
    identifiers: QuerySet[Identifier] | None
    ids: Ids | None

    def through(self, ids: Ids | Sequence[int]) -> Ids:
        """Return those of some customers whom the search finds."""
        if self.ids is not None:
            return np.intersect1d(self.ids, ids)
        parts = [part.through(ids) for part in self.names]
        if self.identifiers is not None:
            parts.append(ids_of(self.identifiers.filter(one_of(ids, "customer_id")), "customer_id"))
        return whose(union(parts))

    def every(self) -> Ids:
        """Return all whom the search finds."""
        if self.ids is not None:
            return self.ids
        borne = [] if self.identifiers is None else [ids_of(self.identifiers, "customer_id")]
        return whose(union([*(ids_of(part.rows) for part in self.names), *borne]))


def customer_search(*, text: str, personal: bool) -> Found:
    """Return the customers whose name has words beginning as those of the text, or who bear an identifier that does.

    A single word of two letters is looked for as a whole word and at the beginning of names, a single letter there
    alone. Accents and case do not matter. Without the right to see personal data, persons are found by number alone,
    for a search that answers tells what it does not show.
    """
    folded = folding.fold(text)
    names, identifiers = by_name(folded, personal), by_identifier(folded, personal)
    with by_index():
        named = union([ids_of(part.rows[: MANY + 1]) for part in names])
        if len(named) > MANY_NAMES and _LETTERS.fullmatch(folded):
            return Found(names, None, None if len(named) > MANY else whose(named))
        # A customer may bear several that begin so: cut short, they would look fewer than they are.
        borne = ids_of(identifiers[: MANY + 1], "customer_id")
    ids = whose(union([named, borne]))
    return Found(names, identifiers, None if max(len(borne), len(ids)) > MANY else ids)


def union(parts: Sequence[Ids]) -> Ids:
    """Return ids found in any way, each once."""
    return np.unique(np.concatenate([np.empty(0, np.int64), *parts]))


def whose(ids: Ids) -> Ids:
    """Return the customers that parties belong to now, for parties that are their own those themselves."""
    parties, customers = merged()
    taken = np.isin(parties, ids)
    return union([np.setdiff1d(ids, parties[taken]), customers[taken]]) if taken.any() else ids


def merged() -> tuple[Ids, Ids]:
    """Return all parties that belong to another customer now, and these; looked up again when something is decided."""
    latest = Merge.objects.order_by("-id").values_list("id", flat=True).first()
    if latest is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    key = f"merged:{latest}"
    known: tuple[Ids, Ids] | None = cache.get(key)
    if known is None:
        rows = Customer.objects.filter(merged_into__isnull=False).values_list("id", "merged_into")
        pairs = np.asarray(list(rows), np.int64).reshape(-1, 2)
        known = pairs[:, 0].copy(), pairs[:, 1].copy()
        cache.set(key, known, 600)
    return known


def ids_of(rows: QuerySet[Any], column: str = "id") -> Ids:
    """Return the ids of customers, all in one value: a hundred thousand rows would take longer to read than to find."""
    try:
        sql, parameters = rows.values_list(column).query.sql_with_params()
    except EmptyResultSet:
        return np.empty(0, np.int64)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(int8send(found.id), '') FROM ({sql}) AS found(id)", parameters)
        (given,) = cursor.fetchone()
    return np.sort(np.frombuffer(given or b"", dtype=">i8").astype(np.int64), kind="stable")


class Among(Lookup):
    """Whether a number is one of many, given as one array: the planner knows how many and takes the index."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Write the comparison."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", [*parameters, self.rhs]


def one_of(ids: Ids | Sequence[int], column: str = "id") -> Any:
    """Return the condition that a customer is one of these, however many they are."""
    return Among(F(column), np.asarray(ids, np.int64).tolist())


@contextmanager
def by_index() -> Iterator[None]:
    """Look things up in indexes: where many fit, the planner would read names one by one until it has enough."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")


def by_name(folded: str, personal: bool) -> tuple[Names, ...]:
    """Return the customers found by name, by how it begins and by any of its words, each query with its own index."""
    named = Customer.objects.all() if personal else Customer.objects.filter(kind=Customer.Kind.ORGANISATION)
    beginning, query = named.filter(search_text__startswith=folded), words(folded)
    begins = Names(beginning, True, beginning)
    if query is None:
        return (begins,)
    indexed = SearchVector("search_text", config="simple")
    unindexed = SearchVector(Concat("search_text", Value(""), output_field=TextField()), config="simple")
    said, among = (named.alias(said=each).filter(said=query) for each in (indexed, unindexed))
    spoken = Names(said, False, among)
    # Of plain words looked for by their beginnings, a name that begins so has words that do.
    return (spoken,) if _PLAIN.fullmatch(folded) and len(folded) > 2 else (begins, spoken)


def by_identifier(folded: str, personal: bool) -> QuerySet[Identifier]:
    """Return the identifiers that begin as the text, or as the digits of the text."""
    found = Identifier.objects.filter(beginnings(folded))
    return found if personal else found.filter(kind=Identifier.Kind.SOURCE_KEY)


def words(folded: str) -> SearchQuery | None:
    """Return the search for names that have words beginning as these; none for a single letter, which begins most."""
    found = _WORDS.findall(folded)
    if not found or max(map(len, found)) < 2:
        return None
    whole = len(found) == 1 and len(found[0]) == 2
    return SearchQuery(
        " & ".join(found if whole else [f"{word}:*" for word in found]), config="simple", search_type="raw"
    )


def beginnings(folded: str) -> Q:
    """Return what an identifier begins with; a phone is searched with and without the code of its country."""
    found = Q(normalised__startswith=folded)
    digits = "".join(character for character in folded if character.isdecimal())
    if len(digits) >= 5 and not re.search(r"[^\W\d]", folded):
        local = digits.removeprefix("00")
        for digits_asked in (local, *(code + local for code in CALLING_CODES)):
            found |= Q(normalised__startswith=digits_asked, kind=Identifier.Kind.PHONE)
    return found
