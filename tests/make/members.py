"""A programme, its members, and points that were posted to them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.make import served

from vinculo.foundation import actor
from vinculo.identify.records.models import Customer
from vinculo.programs.ledger.posting import Post
from vinculo.programs.records.ledger import services, wallets
from vinculo.programs.records.levels import approving
from vinculo.programs.records.levels import services as levels
from vinculo.programs.records.levels.services import NewLevel, NewSet, NewTerms
from vinculo.programs.records.models import LevelSet, Member, Posting, Program, Unit

OPENED = datetime(2023, 1, 1, 9, 0, tzinfo=UTC)
LADDER = (("silver", "Silver", "Plata", 100), ("gold", "Gold", "Oro", 500), ("platinum", "Platinum", "Platino", 1500))
_NUMBERS = count(1)


def at(day: str) -> datetime:
    """Return noon of a day."""
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def program(code: str = "club", **fields: Any) -> Program:
    """Open a programme with points that are spent and points that decide levels."""
    made = Program.objects.create(
        code=code,
        name="Club",
        currency="EUR",
        zone=fields.pop("zone", "UTC"),
        state="open",
        started_on=OPENED.date(),
        created_at=OPENED,
        **fields,
    )
    Unit.objects.create(program=made, code="points", name="Points")
    Unit.objects.create(program=made, code="status", name="Status", spendable=False, qualifying=True)
    return made


def unit(of: Program, code: str = "status") -> Unit:
    """Return a unit of a programme."""
    return Unit.objects.get(program=of, code=code)


def member(of: Program, customer: Customer | None = None, joined_on: str = "2023-01-01", **fields: Any) -> Member:
    """Let a customer take part."""
    number = f"{next(_NUMBERS):09d}"
    customer = customer or served.customer(f"Member {number}", number=f"M{number}")
    return Member.objects.create(
        program=of, number=number, customer=customer, joined_on=date.fromisoformat(joined_on), **fields
    )


def level_set(of: Program, *, fall: str = "one_down", grace_days: int = 0, **fields: Any) -> LevelSet:
    """Open a set of three levels and publish its terms from the beginning."""
    points = fields.get("basis", "points") == "points"
    new = NewSet("levels", "Levels", "Niveles", unit_id=unit(of).pk if points else None, **fields)
    made = levels.level_set_open(program_id=of.pk, new=new, now=OPENED)
    publish(made, LADDER, "2023-01-01", fall=fall, grace_days=grace_days)
    return made


def publish(
    of: LevelSet, ladder: Sequence[tuple[str, str, str, int]], day: str, *, kept: str = "", **fields: Any
) -> None:
    """Publish terms of a set."""
    named = [
        NewLevel(rank, code, english, spanish, threshold, code == kept)
        for rank, (code, english, spanish, threshold) in enumerate(ladder, 1)
    ]
    new = NewTerms(named, begins_on=date.fromisoformat(day), **fields)
    with actor.acting("ana"):
        proposed = approving.terms_propose(level_set_id=of.pk, new=new, now=at(day))
    with actor.acting("luis"):
        approving.terms_approve(proposal_id=proposed.pk, now=at(day))


def award(to: Member, points: int, day: str, *, code: str = "status", recorded: str = "", **fields: Any) -> int:
    """Give points for a day, recorded on it or later; return the posting."""
    wallet = wallets.wallet_open(member_id=to.pk, unit_id=unit(to.program, code).pk, now=at(day))
    made = Post("test", f"{next(_NUMBERS)}", "award", wallet, points, at(day), "purchase", **fields)
    return post(to.program, made, recorded or day)


def act(kind: str, award_id: int, points: int, day: str) -> int:
    """Take points of an award back, or release them."""
    wallet = Posting.objects.select_related("account__unit__program").get(pk=award_id).account
    assert wallet is not None
    made = Post("test", f"{next(_NUMBERS)}", kind, wallet.pk, points, at(day), refers_to=award_id)
    return post(wallet.unit.program, made, day)


def post(of: Program, made: Post, day: str) -> int:
    """Post, and return the posting."""
    (outcome,) = services.points_post(program_id=of.pk, posts=[made], now=at(day))
    assert not outcome.refused
    return outcome.posting_id
