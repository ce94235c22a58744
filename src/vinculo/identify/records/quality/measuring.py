"""Measuring: the whole base in one statement, kept as counts of the day and as the customers behind them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from vinculo.identify.quality import faults, scores
from vinculo.identify.quality.scores import FieldScore, Pair
from vinculo.identify.records.models import Measurement
from vinculo.identify.records.quality import estimating, units

TASK = "identify.quality_measure"
SOON = {"minutes": 1}
"""How long after a change it is measured: several changes in a row are measured once."""
LOCK = 0x51554C
DUPLICATES = "duplicates"
_TAKE = "CREATE TEMP TABLE quality_units ON COMMIT DROP AS {units}"
# Only what differs is written: most of a base is as it was yesterday.
_KEEP = (
    "ANALYZE quality_units",
    """
    DELETE FROM identify_finding AS finding WHERE NOT EXISTS (
        SELECT FROM quality_units AS unit
        WHERE unit.customer_id = finding.customer_id AND unit.source_id = finding.source_id
    )
    """,
    """
    INSERT INTO identify_finding (customer_id, source_id, holds, marks)
    SELECT customer_id, source_id, holds, marks FROM quality_units ORDER BY customer_id
    ON CONFLICT (customer_id, source_id) DO UPDATE SET holds = excluded.holds, marks = excluded.marks
    WHERE (identify_finding.holds, identify_finding.marks) IS DISTINCT FROM (excluded.holds, excluded.marks)
    """,
)
_COUNT = "SELECT source_id, holds, marks, count(*) FROM quality_units GROUP BY source_id, holds, marks"
WHOLE = f"""
SELECT customer_id, bit_or(holds) AS holds,
    (bit_or(marks) & ~{faults.AGED}::bigint) | (bit_and(marks) & {faults.AGED}::bigint) AS marks
FROM {{units}} GROUP BY customer_id
"""
"""A customer as all its sources together know it (`faults.together`): old is only what is old to all."""
_COUNT_WHOLE = f"""
SELECT holds, marks, count(*) FROM ({WHOLE.format(units="quality_units")}) AS whole GROUP BY holds, marks
"""


def measure(*, now: datetime) -> list[Measurement]:
    """Measure the base as it is now, in place of what was measured earlier today; return what was measured."""
    counted: dict[int | None, list[Pair]] = defaultdict(list)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(_TAKE.format(units=units.query(now=now)), units.parameters(now=now))
        for statement in _KEEP:
            cursor.execute(statement)
        cursor.execute(_COUNT)
        for source_id, *pair in cursor.fetchall():
            counted[source_id].append((pair[0], pair[1], pair[2]))
        cursor.execute(_COUNT_WHOLE)
        counted[None] = [(held, marks, count) for held, marks, count in cursor.fetchall()]
        cursor.execute("DROP TABLE quality_units")
        return kept(counted, now)


def kept(counted: dict[int | None, list[Pair]], now: datetime) -> list[Measurement]:
    """Keep the counts of the day."""
    day = timezone.localtime(now).date()
    rows = [
        row(day, source_id, found, now)
        for source_id, pairs in counted.items()
        for found in scores.scores(pairs).values()
    ]
    guessed = estimating.estimate_now()
    if guessed is not None:
        rows.append(
            Measurement(day=day, field=DUPLICATES, customers=guessed.customers, details=guessed.told, measured_at=now)
        )
    Measurement.objects.filter(day=day).delete()
    return Measurement.objects.bulk_create(rows)


def row(day: date, source_id: int | None, found: FieldScore, now: datetime) -> Measurement:
    """Return the row of one field of one source."""
    return Measurement(
        day=day,
        source_id=source_id,
        field=found.field,
        customers=found.customers,
        filled=found.held,
        sound=found.sound,
        kinds=dict(found.kinds),
        measured_at=now,
    )


def score_of(found: Measurement) -> FieldScore:
    """Return what was measured as the rules know it."""
    return FieldScore(found.field, found.customers, found.filled, found.sound, found.kinds)


def ask(**_fact: object) -> None:
    """Ask for the base to be measured soon; once is enough for whatever changes until then."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=TASK, queue="imports", schedule_in=SOON).defer()
    except AlreadyEnqueued:
        pass


def measures_of(rows: Iterable[Measurement]) -> list[FieldScore]:
    """Return the scores of some rows, the estimate of duplicates aside."""
    return [score_of(each) for each in rows if each.field != DUPLICATES]
