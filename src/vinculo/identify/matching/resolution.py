"""Resolution: which customer id each cluster keeps, so that ids outlive every run.

A cluster label is nobody's id. After a run the old membership is compared with the new clusters: an id goes to the
cluster that holds its pinned record, else most of its records, else its oldest; where several ids come to one cluster,
the pinned one survives, else the one with most records, else the oldest, else the lowest. A run without change says
nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

Records = tuple[int, ...]


class Merged(NamedTuple):
    """An id that lost; it stays an alias of the survivor for ever."""

    loser: int
    survivor: int


class Split(NamedTuple):
    """Records that leave a customer and become one of their own."""

    origins: tuple[int, ...]
    """The customers they were of."""
    records: Records
    revived: int | None = None
    """The id they had before a merge, which they get back; without one they need a new id."""


class Moved(NamedTuple):
    """Records that go from one customer to another; both ids stay."""

    origin: int
    target: int
    records: Records


@dataclass(frozen=True)
class Changes:
    """What a run would do to customers."""

    kept: Mapping[int, Records]
    """The records of every id that stays."""
    new: tuple[Records, ...] = ()
    """Records never seen before that make a customer."""
    joined: tuple[tuple[int, Records], ...] = ()
    """Customers, and records never seen before that come to them."""
    merged: tuple[Merged, ...] = ()
    split: tuple[Split, ...] = ()
    moved: tuple[Moved, ...] = ()
    emptied: tuple[int, ...] = ()
    """Ids of which no record is left."""

    @property
    def nothing(self) -> bool:
        """Tell whether nothing would change."""
        return not any((self.new, self.joined, self.merged, self.split, self.moved, self.emptied))


@dataclass(frozen=True)
class Standing:
    """What decides between ids, and between the parts of one."""

    pinned: Collection[int] = ()
    """Customer ids that a steward pinned."""
    pinned_records: Collection[int] = ()
    since: Mapping[int, int] | None = None
    """When each record came, as any number that grows; without it a lower record id is older."""
    former: Mapping[int, int] | None = None
    """The id each record had before its customer was merged into another."""

    def age(self, record: int) -> tuple[int, int]:
        """Return what records are ordered by, the oldest first."""
        return (self.since or {}).get(record, record), record


NOTHING_KNOWN = Standing()


def compare(old: Mapping[int, int], clusters: Iterable[Collection[int]], standing: Standing = NOTHING_KNOWN) -> Changes:
    """Compare the customer of each record with the clusters of a run.

    Every record of a cluster belongs to no other; records of `old` that are in no cluster are gone.

    >>> found = compare({1: 100, 2: 100, 3: 200}, [{1, 2, 3}, {4}])
    >>> found.merged, found.new
    ((Merged(loser=200, survivor=100),), ((4,),))
    >>> compare({1: 100, 2: 100}, [{1, 2}]).nothing
    True
    """
    parts = sorted(tuple(sorted(cluster)) for cluster in clusters)
    had = _by_customer(old)
    heirs = _heirs(old, parts, standing)
    claims: dict[int, list[int]] = defaultdict(list)
    for customer, place in heirs.items():
        claims[place].append(customer)
    survivors = {
        place: min(customers, key=lambda each: _rank(each, had[each], standing)) for place, customers in claims.items()
    }
    merged = [
        Merged(customer, survivors[place])
        for place, customers in claims.items()
        for customer in customers
        if customer != survivors[place]
    ]
    return _told(old, parts, survivors, merged, standing)


def _told(
    old: Mapping[int, int],
    parts: list[Records],
    survivors: Mapping[int, int],
    merged: list[Merged],
    standing: Standing,
) -> Changes:
    new, joined, split, moved = [], [], [], []
    absorbed = dict(merged)
    for place, records in enumerate(parts):
        unseen = tuple(record for record in records if record not in old)
        if place not in survivors:
            seen = tuple(record for record in records if record in old)
            if seen:
                origins = tuple(sorted({old[record] for record in seen}))
                split.append(Split(origins, records, _revived(records, old, standing)))
            else:
                new.append(records)
            continue
        survivor = survivors[place]
        if unseen:
            joined.append((survivor, unseen))
        for origin, arriving in _by_customer({record: old[record] for record in records if record in old}).items():
            if origin != survivor and absorbed.get(origin) != survivor:
                moved.append(Moved(origin, survivor, arriving))
    remaining = set(survivors.values()) | set(absorbed)
    return Changes(
        kept={survivors[place]: parts[place] for place in sorted(survivors)},
        new=tuple(new),
        joined=tuple(sorted(joined)),
        merged=tuple(sorted(merged)),
        split=tuple(split),
        moved=tuple(sorted(moved)),
        emptied=tuple(sorted(set(old.values()) - remaining)),
    )


def _by_customer(old: Mapping[int, int]) -> dict[int, Records]:
    found: dict[int, list[int]] = defaultdict(list)
    for record in sorted(old):
        found[old[record]].append(record)
    return {customer: tuple(records) for customer, records in sorted(found.items())}


def _heirs(old: Mapping[int, int], parts: list[Records], standing: Standing) -> dict[int, int]:
    """Return the part that each id goes to."""
    place_of = {record: place for place, records in enumerate(parts) for record in records}
    heirs = {}
    for customer, records in _by_customer(old).items():
        here = [record for record in records if record in place_of]
        if not here:
            continue
        size = Counter(place_of[record] for record in here)
        pinned = Counter(place_of[record] for record in here if record in standing.pinned_records)
        oldest = {place_of[record]: standing.age(record) for record in sorted(here, key=standing.age, reverse=True)}
        heirs[customer] = min(size, key=lambda place: (-pinned[place], -size[place], oldest[place]))
    return heirs


def _rank(customer: int, records: Records, standing: Standing) -> tuple[bool, int, tuple[int, int], int]:
    oldest = min(standing.age(record) for record in records)
    return customer not in standing.pinned, -len(records), oldest, customer


def _revived(records: Records, old: Mapping[int, int], standing: Standing) -> int | None:
    """Return the id that all records of a part had before a merge, unless it is in use."""
    former = {(standing.former or {}).get(record) for record in records}
    (only,) = former if len(former) == 1 else (None,)
    return only if only is not None and only not in set(old.values()) else None
