"""What can be read of quality: the latest scores, their trend, who answers, what is broken, and whom a figure is of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from vinculo.identify.quality import thresholds
from vinculo.identify.quality.faults import MEASURES, Fault
from vinculo.identify.quality.freshness import Days
from vinculo.identify.quality.scores import FieldScore, Measured
from vinculo.identify.quality.thresholds import Broken
from vinculo.identify.records.models import FieldOwner, Finding, Measurement, Source
from vinculo.identify.records.quality import lives, measuring, standards
from vinculo.identify.records.quality.measuring import DUPLICATES
from vinculo.identify.records.quality.units import Units

DAYS = 90
"""Days of a trend."""
PAGE = 50


@dataclass(frozen=True)
class Line:
    """A field of a source as it was last measured: its score, who answers for it, and the thresholds it breaks."""

    source: Source | None
    score: FieldScore
    owner: str = ""
    days: Days = None
    """Its shelf life; nothing where it never ends."""
    broken: tuple[Broken, ...] = ()
    trend: tuple[tuple[date, float | None], ...] = ()

    @property
    def source_number(self) -> int:
        """Return the number of the source in addresses, 0 for the whole base."""
        return self.source.pk if self.source else 0

    @property
    def cells(self) -> list[tuple[str, Measured | None]]:
        """Return all measures in their order, those that the field does not have as nothing."""
        found = self.score.measures
        return [(name, found.get(name)) for name in MEASURES]


@dataclass(frozen=True)
class Overview:
    """Everything measured last: the lines, the worst first, and the estimate of duplicates."""

    day: date | None = None
    measured_at: datetime | None = None
    lines: tuple[Line, ...] = ()
    duplicates: Measurement | None = None
    earlier: tuple[tuple[date, float | None], ...] = field(default=())
    """Rates of duplicates as they were estimated day by day."""

    @property
    def customers(self) -> int:
        """Return how many customers the base had."""
        return next((each.score.customers for each in self.lines if each.source is None), 0)

    @property
    def broken(self) -> list[Line]:
        """Return the lines that break a threshold."""
        return [each for each in self.lines if each.broken]


def overview(*, day: date | None = None) -> Overview:
    """Return what was measured last, or on a day."""
    rows = Measurement.objects.filter(day=day) if day else Measurement.objects.all()
    latest = rows.order_by("-day").values_list("day", flat=True).first()
    if latest is None:
        return Overview()
    since = date.fromordinal(latest.toordinal() - DAYS)
    history = Measurement.objects.filter(day__gte=since, day__lte=latest).order_by("day")
    trends: dict[tuple[int | None, str], list[tuple[date, float | None]]] = {}
    for each in history.defer("kinds"):
        rate = each.details.get("rate") if each.field == DUPLICATES else measuring.score_of(each).score
        trends.setdefault((each.source_id, each.field), []).append((each.day, rate))
    owners = {(each.source_id, each.field): str(each.owner) for each in FieldOwner.objects.select_related("owner")}
    found = list(Measurement.objects.filter(day=latest).select_related("source"))
    asked = {source_id: standards.thresholds_of(source_id) for source_id in {each.source_id for each in found}}
    days = lives.days_by()
    lines = []
    for each in found:
        if each.field == DUPLICATES:
            continue
        score, key = measuring.score_of(each), (each.source_id, each.field)
        mine = [one for one in asked[each.source_id] if one.field == each.field]
        missed = thresholds.broken(thresholds.measured([score]), mine)
        owner = owners.get(key) or owners.get((None, each.field), "")
        lines.append(
            Line(each.source, score, owner, days[each.source_id or 0][each.field], tuple(missed), tuple(trends[key]))
        )
    lines.sort(key=worst_first)
    return Overview(
        latest,
        max(each.measured_at for each in found),
        tuple(lines),
        next((each for each in found if each.field == DUPLICATES), None),
        tuple(trends.get((None, DUPLICATES), ())),
    )


def worst_first(line: Line) -> tuple[bool, bool, float, int, str]:
    """Return where a line stands: broken thresholds first, those that stop before others, then the lowest score."""
    stops = any(each.stops for each in line.broken)
    score = line.score.score
    return not stops, not line.broken, 1.0 if score is None else score, line.source_number, line.score.field


@dataclass(frozen=True)
class Behind:
    """A customer behind a figure, as its source, or all of them, know it."""

    customer_id: int
    holds: int
    marks: int


def customers_with(*, faults: Sequence[Fault], source_id: int | None, after: int = 0, size: int = PAGE) -> list[Behind]:
    """Return the customers who have one of some faults in the eyes of a source, or of all, by their number."""
    units = "identify_finding WHERE customer_id > %(after)s"
    if source_id is None:
        rows = f"({measuring.WHOLE.format(units=units)} ORDER BY customer_id) AS found WHERE TRUE"
    else:
        rows = f"{units} AND source_id = %(source)s"
    either = " OR ".join(f"({condition(each)})" for each in faults)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT customer_id, holds, marks FROM {rows} AND ({either}) ORDER BY customer_id LIMIT %(size)s",
            {"after": after, "source": source_id, "size": size},
        )
        return [Behind(*row) for row in cursor.fetchall()]


def units_kept(customer_ids: Sequence[int]) -> Units:
    """Return what each source held and noted of some customers when they were measured last."""
    found: Units = defaultdict(dict)
    rows = Finding.objects.filter(customer_id__in=list(customer_ids))
    for customer, source, holds, marks in rows.values_list("customer_id", "source_id", "holds", "marks"):
        found[customer][source] = holds, marks
    return found


def condition(fault: Fault) -> str:
    """Return a fault as a condition on the columns of a finding; `Fault.of` says the same of one customer."""
    tests = [
        *([f"holds & {fault.needs} <> 0"] if fault.needs else []),
        *([f"holds & {fault.lacks} = 0"] if fault.lacks else []),
        *([f"marks & {fault.shows} <> 0"] if fault.shows else []),
        *([f"marks & {fault.hides} = 0"] if fault.hides else []),
    ]
    return " AND ".join(tests)
