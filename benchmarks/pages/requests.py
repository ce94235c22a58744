"""What people ask of the pages: every filter, sort and depth of the list, all kinds of searches and of customers."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from urllib.parse import urlencode

from benchmarks.pages.store import HEAVIEST
from vinculo.identify.timeline import streams
from vinculo.identify.timeline.streams import Position

SEED = 7
LABELS = {
    "tier": ("high_performance", "high_potential", "standard", "below_zero"),
    "area": ("acquire", "maintain", "maximise", "build_loyalty", "retain", "let_go"),
    "segment": ("champions", "cannot_lose", "at_risk", "new", "lost", "promising", "hibernating", "loyal"),
    "country": ("ES", "AD", "unknown"),
    "channel": ("web", "mail"),
    "category": ("Category 1", "Category 10", "Category 39"),
    "kind": ("person", "organisation"),
    "standing": ("actual", "prospect"),
    "r": ("1", "5"),
    "f": ("1", "5"),
    "m": ("5",),
    "t": ("1", "5"),
}
RANGES = (
    *({f"total_{end}": amount} for end, amount in product(("from", "to", "below"), (0, 2_000, 20_000, 500_000))),
    *({"residual_from": 1_000}, {"contribution_to": 0}, {"net_sales_from": 10_000, "net_sales_below": 20_000}),
    *({"rank_to": 1_000}, {"rank_from": 200_000, "rank_to": 210_000}, {"rank_from": 700_000}),
    *({"since_last_from": 30}, {"since_last_from": 700}, {"since_last_from": 100, "since_last_to": 101}),
    *({"purchase_days_from": 10}, {"purchase_days_to": 1}, {"repeats_from": 1}, {"age_at_last_from": 300}),
    *({"p_buys_to": 0.01}, {"p_buys_from": 0.99}, {"p_buys_from": 0.4, "p_buys_to": 0.41}),
    *({"first_from": "2023-03-01", "first_to": "2023-03-31"}, {"last_from": "2024-12-01"}, {"last_to": "2022-03-01"}),
)
MARKS = (
    *(
        {"bought_from": "2024-10-01", "bought_to": "2024-12-31"},
        {"traded_from": "2024-12-01", "silent_to": "2024-11-30"},
    ),
    *(
        {"earlier": 1, "tier_was": "high_performance"},
        {"earlier": 1, "change": "risen"},
        {"earlier": 1, "change": "lost"},
    ),
    *({"earlier": 1, "tier_was": "standard", "tier": "high_potential"}, {"earlier": 1, "area_was": "retain"}),
)
SORTS = ("name", "number", "total", "residual", "contribution", "last")
KEYSTROKE = {"HX-Request": "true", "HX-Target": "people"}
OTHERS = (
    *("/cockpit/", "/cockpit/?period=month", "/cockpit/definitions/", "/runs/", "/runs/2/"),
    *("/runs/compare/?earlier=1&later=2", "/imports/", "/value/?part=people&cut=country:ES"),
    *(f"/value/?part={part}" for part in ("people", "few", "worth", "moves", "cohorts", "forecast")),
)
FIRST = ("/customers/", "/customers/1/", "/customers/?q=ana", "/cockpit/definitions/")
"""What is asked for before anything is measured, so that the program is loaded."""
Asked = tuple[str, dict[str, str]]
"""An address and the headers it is asked with."""


def by_kind(customers: int) -> dict[str, list[Asked]]:
    """Return what is asked, by kind."""
    chance = random.Random(SEED)
    people = [chance.randint(1, customers) for _ in range(150)]
    lists = [*one_filter(), *two_filters(chance), *ranges(chance)]
    found = {
        "a customer": [f"/customers/{each}/?{sort(chance)}" for each in people],
        "one who bought without end": [f"/customers/{each}/?{sort(chance)}" for each in range(1, 6 * HEAVIEST)],
        "the timeline of a customer": [
            f"/customers/{each}/timeline/?{urlencode({'show': kind, 'after': after})}"
            for each in [*people[:30], *range(1, HEAVIEST + 1)]
            for kind, after in product(("", "orders", "visits"), ("", half_way()))
        ],
        "a customer of a filtered list": [
            f"/customers/{each}/?{chance.choice(lists)}" for each in people for _ in range(2)
        ],
        "the list, one filter": [f"/customers/?{each}" for each in one_filter()],
        "the list, two filters": [f"/customers/?{each}" for each in two_filters(chance)],
        "the list, from here to there": [f"/customers/?{each}" for each in ranges(chance)],
        "deep in the list": [
            f"/customers/?{chance.choice(lists)}&{chance.choice(('after', 'before'))}={each}" for each in people * 2
        ],
        "behind a mark of a chart": [f"/customers/?{urlencode(mark)}&sort={by}" for mark in MARKS for by in SORTS],
    }
    asked: dict[str, list[Asked]] = {name: [(each, {}) for each in pages] for name, pages in found.items()}
    return {**asked, **searches(chance, customers), **others()}


def half_way() -> str:
    """Return a place in the middle of the timeline."""
    place = Position(datetime(2023, 6, 1, tzinfo=UTC), 1)
    return streams.written(dict.fromkeys(streams.STREAMS, place))


def sort(chance: random.Random) -> str:
    """Return a way to sort."""
    return urlencode({"sort": chance.choice(SORTS), "backwards": chance.choice(("", "1"))})


def one_filter() -> Iterator[str]:
    """Return the list without a filter and with each, by each column both ways."""
    terms = [{}, *({name: value} for name, values in LABELS.items() for value in values)]
    for term, by, backwards in product(terms, SORTS, ("", "1")):
        yield urlencode({**term, "sort": by, "backwards": backwards})


def two_filters(chance: random.Random) -> Iterator[str]:
    """Return lists with two filters of any kind, also such as hardly anybody passes."""
    for _ in range(400):
        names = chance.sample(list(LABELS), 2)
        yield f"{urlencode({name: chance.choice(LABELS[name]) for name in names})}&{sort(chance)}"


def ranges(chance: random.Random) -> Iterator[str]:
    """Return lists of amounts, days and ranks from here to there, alone and with another filter."""
    for term, by in product(RANGES, SORTS):
        yield urlencode({**term, "sort": by, "backwards": chance.choice(("", "1"))})
        name = chance.choice(list(LABELS))
        yield urlencode({**term, name: chance.choice(LABELS[name]), "sort": by})


def searches(chance: random.Random, customers: int) -> dict[str, list[Asked]]:
    """Return what is searched: the page that a search opens, and the list as it is asked for at every key."""
    from vinculo.identify.records.models import Customer, Identifier

    drawn = [chance.randint(1, customers) for _ in range(60)]
    names = [name.split() for name in Customer.objects.filter(pk__in=drawn).values_list("name", flat=True)]
    ways = list(Identifier.objects.filter(customer__in=drawn).order_by("id").values_list("value", "kind"))
    common = ("María", "Ana", "García", "Lo", "lo", "m", "a", "ma", "Jo", "c", "C1", "c12", "3460", "6001")
    texts = {
        "a search that finds nobody": [f"{family[:4]}xq" for _, *_, family in names[:30]]
        + ["nobody@nowhere", "C0", "%"],
        "a search for one": [value for value, _kind in ways[:60]] + [" ".join(name) for name in names[:20]],
        "a search for very many": [text for text in common for _ in range(4)],
        "a search for two words": [f"{name[0]} {name[1][: chance.randint(1, 5)]}" for name in names]
        + [f"{name[1][:2]} {name[0][:2]}" for name in names],
        "beginnings of e-mail and phone": [
            value.removeprefix("+34")[: chance.randint(3, 9)] for value, kind in ways if kind != "source_key"
        ],
    }
    found = {name: [(address(text, by=chance.choice(SORTS)), {}) for text in given] for name, given in texts.items()}
    keys = [" ".join(name)[:end] for name in names[:25] for end in range(1, 13)]
    found["at every key"] = [(address(text, by=chance.choice(SORTS)), KEYSTROKE) for text in keys]
    narrowed = [f"{address(text, by=by)}&tier=high_potential" for text in common for by in SORTS]
    found["a search for very many in a filtered list"] = [(each, KEYSTROKE) for each in narrowed]
    return found


def address(text: str, *, by: str) -> str:
    """Return the address of a search."""
    return f"/customers/?{urlencode({'q': text, 'sort': by})}"


def others() -> dict[str, list[Asked]]:
    """Return the other pages; what is drawn of a run is kept, so that each is asked for twice."""
    pages: list[Asked] = [(page, {}) for page in OTHERS]
    return {"other pages, first time": pages, "other pages, again": pages}
