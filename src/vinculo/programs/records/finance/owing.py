"""Owing: the contract liability of purchases and the accrued cost of other points, read from the journal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from vinculo.programs.finance import rates, recognition
from vinculo.programs.finance import triangle as triangles
from vinculo.programs.finance.recognition import PURCHASE, Pool, Recognised
from vinculo.programs.records.finance import books, breakage, lives
from vinculo.programs.records.finance.books import Head, Window
from vinculo.programs.records.finance.lives import Life, Lives
from vinculo.programs.records.models import RedemptionEstimate

POINT, TENTH = Fraction(1, 100), Fraction(1, 10)


@dataclass(frozen=True)
class Sensitivity:
    """What would be owed if the rate of redemption were a point higher or lower, or a point cost a tenth more."""

    rate_up_minor: int
    rate_down_minor: int
    cost_up_minor: int
    cost_down_minor: int


@dataclass(frozen=True)
class Liability:
    """Report 2: what is owed for the points of one unit before a day.

    `contract_minor` is the contract liability of purchases, `accrued_minor` the cost accrued for other points;
    `current_minor` of both together is expected to be redeemed within a year. `outstanding` are the points of all
    pools; less what members owe it is what wallets hold.
    """

    head: Head
    until: date
    pools: tuple[Recognised, ...]
    contract_minor: int
    accrued_minor: int
    current_minor: int
    outstanding: int
    owed_by_members: int
    rate: Fraction | None
    """The rate of redemption in force; None when nobody has approved an estimate: all points count as redeemed."""
    unpriced: int
    """Grants of purchases whose price nobody told: their points are valued by themselves."""
    exceeded: tuple[date, ...]
    """Months of which more was redeemed already than the estimate expects in all."""
    sensitivity: Sensitivity

    @property
    def noncurrent_minor(self) -> int:
        """Return what is expected to be redeemed later than in a year."""
        return self.contract_minor + self.accrued_minor - self.current_minor

    @property
    def wallets(self) -> int:
        """Return what wallets, pending and held points hold together."""
        return self.outstanding - self.owed_by_members


def liability(
    *, program_id: int, until: date, last_posting: int | None = None, read: lives.Read = lives.of
) -> tuple[Liability, ...]:
    """Return what is owed for the points of every unit before a day."""
    heads = books.heads(program_id)
    if not heads:
        return ()
    window = Window(books.cutoff(program_id, until, heads[0].zone, last_posting))
    found = read(heads, window)
    pools, unpriced = pools_of(heads, found)
    held = books.balances(program_id, window)
    grown = breakage.cohorts_of(found, until)
    return tuple(
        owed(head, until, pools[head.unit_id], grown[head.unit_id], (held.get(head.unit_id, 0), unpriced[head.unit_id]))
        for head in heads
    )


def owed(
    head: Head, until: date, pools: Sequence[Pool], cohorts: Sequence[triangles.Cohort], counted: tuple[int, int]
) -> Liability:
    """Return what is owed for the points of one unit; counted are what wallets hold, and grants without a price."""
    on = books.day_before(until)
    estimates = books.estimates_of(head.unit_id, until)
    found = recognition.recognise_all(pools, estimates, on=on)
    developed = triangles.develop(cohorts).developed
    contract = sum(each.owed_minor for each in found if each.pool.grant_class == PURCHASE)
    ages = [breakage.months(each.pool.month, on) for each in found]
    current = recognition.in_force(estimates, on)
    outstanding = sum(pool.outstanding for pool in pools)
    return Liability(
        head=head,
        until=until,
        pools=found,
        contract_minor=contract,
        accrued_minor=sum(each.owed_minor for each in found) - contract,
        current_minor=sum(
            recognition.within_a_year(each, developed, age) for each, age in zip(found, ages, strict=True)
        ),
        outstanding=outstanding,
        owed_by_members=outstanding - counted[0],
        rate=current.rate if estimates else None,
        unpriced=counted[1],
        exceeded=tuple(
            sorted({pool.month for pool in pools if pool.outstanding > 0 and exceeds(pool, current.of(pool.month))})
        ),
        sensitivity=sensitivity(pools, estimates, on),
    )


def exceeds(pool: Pool, rate: Fraction) -> bool:
    """Tell whether more was redeemed of a pool than is expected in all."""
    return pool.redeemed > pool.issued * rate


def sensitivity(pools: Sequence[Pool], estimates: Sequence[recognition.Estimate], on: date) -> Sensitivity:
    """Return what would be owed under other assumptions."""

    def shifted(rate: Fraction = Fraction(0), cost: Fraction = Fraction(0)) -> int:
        return recognition.shifted(pools, estimates, recognition.Shift(rate, cost), on=on)

    return Sensitivity(shifted(POINT), shifted(-POINT), shifted(cost=TENTH), shifted(cost=-TENTH))


def pools_of(heads: Sequence[Head], found: Lives) -> tuple[Mapping[int, list[Pool]], Mapping[int, int]]:
    """Return the pools by unit, and how many grants of purchases have no price."""
    sums: dict[tuple[int, date, str], Sums] = defaultdict(Sums)
    worth = {head.unit_id: {kind: books.rates_of(head.unit_id, kind) for kind in rates.KINDS} for head in heads}
    for life in found.lives:
        if life.unit_id in worth:
            sums[life.unit_id, life.earned_on.replace(day=1), life.grant_class].add(life, worth[life.unit_id])
    unpriced: dict[int, int] = defaultdict(int)
    for price in found.prices:
        sums[price.unit_id, price.bought_on.replace(day=1), PURCHASE].price += price.minor
        unpriced[price.unit_id] += price.unpriced
    pools: dict[int, list[Pool]] = defaultdict(list)
    for (unit, month, grant), each in sorted(sums.items()):
        pools[unit].append(each.pool(month, grant))
    return pools, unpriced


class Sums:
    """What adds up to a pool."""

    def __init__(self) -> None:
        self.issued = self.redeemed = self.expired = self.price = 0
        self.value = self.cost = Fraction(0)

    def add(self, life: Life, worth: Mapping[str, rates.Rates]) -> None:
        """Add what became of points that were earned on a day."""
        if life.line == "redeemed":
            self.redeemed += life.points
        elif life.line == "expired":
            self.expired += life.points
        else:
            net = life.points if life.line == "issued" else -life.points
            self.issued += net
            self.value += worth[rates.VALUE].worth(net, life.earned_on)
            self.cost += worth[rates.COST].worth(net, life.earned_on)

    def pool(self, month: date, grant: str) -> Pool:
        """Return the pool of one month and class."""
        return Pool(month, grant, self.issued, self.redeemed, self.expired, max(0, self.price), self.value, self.cost)


def owed_with(estimate: RedemptionEstimate) -> tuple[int, int]:
    """Return what is owed at the end of the day of an estimate, without it and with it."""
    unit = estimate.unit
    (head,) = (each for each in books.heads(unit.program_id) if each.unit_id == unit.pk)
    on = estimate.effective_on
    until = on + timedelta(days=1)
    pools, _ = pools_of([head], lives.of([head], Window(books.cutoff(unit.program_id, until, head.zone))))
    before = books.estimates_of(unit.pk, until)

    def owed(estimates: Sequence[recognition.Estimate]) -> int:
        found = recognition.recognise_all(pools[unit.pk], estimates, on=on)
        return sum(each.owed_minor for each in found)

    return owed(before), owed([*before, books.estimate_read(estimate)])
