"""Opening balances of a file: postings of the class import, each under a key that the same row always has."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from django.db import connection

from vinculo.foundation import actor
from vinculo.programs.files import reading
from vinculo.programs.files.reading import Bad, Row
from vinculo.programs.ledger.posting import NEVER, Post
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.models import Member, Program, Unit
from vinculo.programs.records.rewards.selectors import line
from vinculo.programs.till import refusals

NEEDED = (("card",), ("points",))
COLUMNS = ("card", "unit", "points", "expires_on")
SOURCE = "vinculo:import"
AT_ONCE = 1_000
_LOTS = """
SELECT member.number, unit.code, sum(lot.remaining), lot.expires_on
FROM programs_account AS account
JOIN programs_member AS member ON member.id = account.member_id
JOIN programs_unit AS unit ON unit.id = account.unit_id
JOIN programs_lot AS lot ON lot.account_id = account.id AND lot.remaining > 0
WHERE unit.program_id = %s AND account.kind = 'wallet'
GROUP BY member.id, member.number, unit.id, unit.code, lot.expires_on ORDER BY member.id, unit.id, lot.expires_on
"""


@dataclass
class Opened:
    """What became of the rows of a file; points that were posted, not those of a repeat."""

    rows: int = 0
    new: int = 0
    known: int = 0
    points: int = 0
    bad: list[Bad] = field(default_factory=list)


@dataclass(frozen=True)
class Opening:
    """Points of one card, unit and last day."""

    row: Row
    card: str
    unit: str
    points: int
    expires_on: date | None
    earned_on: date

    @property
    def key(self) -> str:
        """Return what tells it from every other of its file."""
        return f"{self.card}:{self.unit}:{self.expires_on.isoformat() if self.expires_on else ''}"


def balances_import(
    *, program: Program, name: str, rows: Sequence[Row], now: datetime, progress: Callable[[float], None]
) -> Opened:
    """Post opening balances, a thousand at a time; the same file under the same name changes nothing."""
    done, seen = Opened(rows=len(rows)), set[str]()
    units = {each.code: each for each in Unit.objects.filter(program=program).order_by("id")}
    usual = next((code for code, each in units.items() if each.spendable), "")
    for first in range(0, len(rows), AT_ONCE):
        some = [read(row, program, units, usual) for row in rows[first : first + AT_ONCE]]
        done.bad += [each for each in some if isinstance(each, Bad)]
        good = []
        for each in some:
            if isinstance(each, Bad):
                continue
            if each.key in seen:
                done.bad.append(Bad(each.row.number, "card", each.card, "one row for each card, unit and last day"))
            else:
                seen.add(each.key)
                good.append(each)
        post(program, name, good, units, now, done)
        progress(min(first + AT_ONCE, len(rows)) / len(rows))
    return done


def read(row: Row, program: Program, units: dict[str, Unit], usual: str) -> Opening | Bad:
    """Return what a row says, or what is wrong with it."""
    card, points = reading.card(row), reading.points(row)
    never = row.text("expires_on").lower() in reading.NEVER
    expires_on = NEVER if never else reading.day(row, "expires_on")
    earned_on = reading.day(row, "earned_on")
    unit = row.text("unit") or usual
    for each in (card, points, expires_on, earned_on):
        if isinstance(each, Bad):
            return each
    if unit not in units:
        return Bad(row.number, "unit", unit, "one of " + ", ".join(units))
    assert isinstance(card, str)
    assert isinstance(points, int)
    assert expires_on is None or isinstance(expires_on, date)
    assert earned_on is None or isinstance(earned_on, date)
    return Opening(row, card, unit, points, expires_on, earned_on or program.started_on)


def post(
    program: Program, name: str, openings: Sequence[Opening], units: dict[str, Unit], now: datetime, done: Opened
) -> None:
    """Post some opening balances in one transaction."""
    known = Member.objects.filter(program=program, number__in=[each.card for each in openings])
    members = dict(known.values_list("number", "pk"))
    for each in openings:
        if each.card not in members:
            done.bad.append(Bad(each.row.number, "card", each.card, "the card of a member"))
    mine = [each for each in openings if each.card in members]

    def posted() -> None:
        accounts = {
            code: wallets.wallets_ensure(
                unit_id=units[code].pk,
                member_ids=sorted({members[each.card] for each in mine if each.unit == code}),
                now=now,
            )
            for code in sorted({each.unit for each in mine})
        }
        made = [
            Post(
                source=SOURCE,
                event=f"{name}:{each.key}",
                kind="award",
                account_id=accounts[each.unit][members[each.card]],
                amount=each.points,
                happened_at=datetime.combine(each.earned_on, time(12), UTC),
                grant_class="import",
                reference=name,
                expires_on=each.expires_on,
                author=actor.current().name,
                member_id=members[each.card],
            )
            for each in mine
        ]
        outcomes = services.points_post(program_id=program.pk, posts=made, now=now)
        for each, outcome in zip(mine, outcomes, strict=True):
            if outcome.refused:
                said = refusals.sentence(outcome.refused).template
                done.bad.append(Bad(each.row.number, "points", str(each.points), said))
            elif outcome.replayed:
                done.known += 1
            else:
                done.new += 1
                done.points += outcome.amount

    if mine:
        services.retried(posted)


def balances_export(*, program_id: int) -> Iterator[bytes]:
    """Yield what lies in the wallets of a programme by last day, as delimited text that an import reads again."""
    yield line(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(_LOTS, [program_id])
        while rows := cursor.fetchmany(AT_ONCE):
            for number, unit, points, day in rows:
                yield line([number, unit, str(points), day.isoformat() if day else "never"])
