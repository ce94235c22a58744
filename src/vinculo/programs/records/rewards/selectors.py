"""Rewards read: the catalogue as somebody sees it, what was redeemed, what is left of limits, stock and codes."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from vinculo.identify.records.imports.cells import harmless
from vinculo.programs.records import standings
from vinculo.programs.records.models import LimitUse, Program, Redemption, Reward, RewardCode, RewardLimit
from vinculo.programs.records.rewards import catalogue, vault
from vinculo.programs.rewards import offers, periods
from vinculo.programs.rewards.offers import Standing

SHOWN = (Redemption.State.RESERVED, Redemption.State.ISSUED)
"""States in which a member may see the code."""
COLUMNS = ("last_four", "state", "expires_on", "created_at", "used_at", "used_by", "place")


@dataclass(frozen=True)
class Seer:
    """Who looks at the catalogue: nobody in particular, or a member with levels, segments and a balance."""

    standing: Standing | None = None
    """What decides prices; as it is known of the member when nothing is said."""
    member_id: int | None = None
    balance: int | None = None

    def standing_now(self) -> Standing:
        """Return what decides prices."""
        if self.standing is not None or self.member_id is None:
            return self.standing or Standing()
        return standings.standing_of(member_id=self.member_id)


@dataclass(frozen=True)
class Offered:
    """A reward as somebody sees it."""

    reward: Reward
    points: int
    refused: str
    """Empty, or why it cannot be had now (a code of `refusals`)."""
    missing: int
    """Points that are lacking."""
    left: int | None
    """Pieces or codes that are left; nothing when they are not counted."""


@dataclass(frozen=True)
class Left:
    """A limit and what of it was used by all in the period of today, or by each member (nothing is told then)."""

    limit: RewardLimit
    period_from: date
    used: int | None
    stopped_at: datetime | None


@dataclass(frozen=True)
class Held:
    """A redemption of a member, and its code as long as it can be used."""

    redemption: Redemption
    code: str


def reward_list(*, program_id: int, states: Sequence[str] = ()) -> QuerySet[Reward]:
    """Return the rewards of a programme by name, with their prices."""
    found = Reward.objects.filter(program_id=program_id).select_related("program", "unit").prefetch_related("prices")
    return (found.filter(state__in=list(states)) if states else found).order_by("name_en", "id")


def offer_list(*, program_id: int, seer: Seer, now: datetime) -> list[Offered]:
    """Return the rewards that are offered as somebody sees them, the cheapest first; those of others are not shown."""
    rewards = list(reward_list(program_id=program_id, states=(Reward.State.OFFERED,)))
    full, left = full_of(program_id, rewards, seer.member_id, now), left_of(rewards)
    standing, found = seer.standing_now(), []
    for reward in rewards:
        quoted = offers.quote(catalogue.offer_of(reward), standing, catalogue.day_of(reward, now))
        if quoted.refused in ("reward.not_for_you", "reward.over"):
            continue
        none = "reward.no_code_left" if reward.codes == Reward.Codes.POOL else "reward.out_of_stock"
        refused = quoted.refused or full.get(reward.pk, "") or (none if left[reward.pk] == 0 else "")
        missing = max(quoted.points - seer.balance, 0) if seer.balance is not None else 0
        found.append(Offered(reward, quoted.points, refused, missing, left[reward.pk]))
    return sorted(found, key=lambda each: (each.points, each.reward.name_en))


def full_of(program_id: int, rewards: Sequence[Reward], member_id: int | None, now: datetime) -> dict[int, str]:
    """Return the rewards that a limit has no room for, and which refusal that is."""
    full, uses = dict[int, str](), stopped_uses(program_id, member_id)
    for reward in rewards:
        day = catalogue.day_of(reward, now)
        for use in uses:
            limit = use.limit
            mine = limit.reward_id in (None, reward.pk) and limit.campaign in ("", reward.campaign)
            if mine and use.period_from == periods.first_day(limit.period, day):
                full[reward.pk] = "reward.limit_reached" if limit.per_member else "reward.budget_spent"
    return full


def stopped_uses(program_id: int, member_id: int | None) -> list[LimitUse]:
    """Return what is stopped, for all and for a member."""
    found = LimitUse.objects.filter(limit__program_id=program_id, limit__ended_at=None, stopped_at__isnull=False)
    whose = Q(member=None) if member_id is None else Q(member=None) | Q(member_id=member_id)
    return list(found.filter(whose).select_related("limit").order_by("-limit__per_member"))


def left_of(rewards: Sequence[Reward]) -> dict[int, int | None]:
    """Return how many pieces of each reward are left: the fewer of stock and codes at hand."""
    pooled = [each.pk for each in rewards if each.codes == Reward.Codes.POOL]
    free = RewardCode.objects.filter(reward_id__in=pooled, state=RewardCode.State.FREE).order_by()
    codes = dict(free.values_list("reward_id").annotate(count=Count("id")))
    found = dict[int, int | None]()
    for each in rewards:
        counted = [codes.get(each.pk, 0)] if each.codes == Reward.Codes.POOL else []
        counted += [] if each.stock is None else [int(each.stock)]
        found[each.pk] = min(counted, default=None)
    return found


@dataclass(frozen=True)
class Asked:
    """Which redemptions: of a state, a reward or a member; those that were refused only when asked for."""

    state: str = ""
    reward_id: int | None = None
    member_id: int | None = None


def redemption_list(*, program_id: int, asked: Asked) -> QuerySet[Redemption]:
    """Return redemptions, the latest first."""
    found = Redemption.objects.filter(program_id=program_id).select_related("reward", "member", "code")
    found = found.filter(state=asked.state) if asked.state else found.exclude(state=Redemption.State.REFUSED)
    found = found.filter(reward_id=asked.reward_id) if asked.reward_id else found
    return (found.filter(member_id=asked.member_id) if asked.member_id else found).order_by("-id")


def redemptions_of(*, customer_ids: Sequence[int], program_id: int | None = None, most: int = 50) -> list[Held]:
    """Return what a customer redeemed or was given, the latest first, with the codes that can be used.

    Codes are for the eyes of the customer: staff is shown `redemption_list`, which has their last four symbols.
    """
    found = Redemption.objects.filter(customer_id__in=list(customer_ids)).exclude(state=Redemption.State.REFUSED)
    found = found.filter(program_id=program_id) if program_id else found
    return [Held(each, code_of(each)) for each in found.select_related("reward", "code").order_by("-id")[:most]]


def code_of(redemption: Redemption) -> str:
    """Return the code of a redemption if its member may see it: one at hand only after its points were taken."""
    code = getattr(redemption, "code", None)
    if code is None or code.state != RewardCode.State.ALLOTTED or redemption.state not in SHOWN:
        return ""
    hidden = code.pooled and redemption.state == Redemption.State.RESERVED
    return "" if hidden else vault.text_of(code)


def limit_list(*, program_id: int, now: datetime) -> list[Left]:
    """Return the limits of a programme and what of them was used in their periods."""
    program = Program.objects.get(pk=program_id)
    day = periods.day_of(now, program.zone)
    limits = RewardLimit.objects.filter(program=program, ended_at=None).select_related("reward").order_by("id")
    uses = {(each.limit_id, each.period_from): each for each in LimitUse.objects.filter(limit__in=limits, member=None)}
    found = []
    for limit in limits:
        first = periods.first_day(limit.period, day)
        use = uses.get((limit.pk, first))
        count = None if limit.per_member else int(use.used) if use else 0
        found.append(Left(limit, first, count, use.stopped_at if use else None))
    return found


def code_counts(*, reward_id: int) -> dict[str, int]:
    """Return how many codes of a reward are in each state."""
    found = RewardCode.objects.filter(reward_id=reward_id).order_by().values_list("state")
    return dict(found.annotate(count=Count("id")))


def codes_export(*, reward_id: int) -> Iterator[bytes]:
    """Yield the codes of a reward as delimited text without what could be used: their last four symbols and fate.

    No cell is taken for a formula by a spreadsheet.
    """
    yield line(COLUMNS)
    rows = RewardCode.objects.filter(reward_id=reward_id).order_by("id").values_list(*COLUMNS)
    for row in rows.iterator(2_000):
        yield line(["" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell) for cell in row])


def line(cells: Sequence[str]) -> bytes:
    """Return one line of delimited text."""
    written = io.StringIO()
    csv.writer(written).writerow([harmless(cell) for cell in cells])
    return written.getvalue().encode()
