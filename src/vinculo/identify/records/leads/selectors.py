"""Leads read: the list of them, stage by stage, how long they stay and how many go on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from vinculo.identify import folding
from vinculo.identify.leads import stages
from vinculo.identify.leads.stages import Passage
from vinculo.identify.records import selectors_search
from vinculo.identify.records.models import Lead, LeadStep


@dataclass(frozen=True)
class Asked:
    """Which leads: of a stage (`open` are all that are pursued), an owner, a source, found by a search."""

    stage: str = ""
    owner_id: int | None = None
    source: str = ""
    search: str = ""
    personal: bool = True

    def rows(self, *, any_stage: bool = False) -> QuerySet[Lead]:
        """Return the leads asked for, of whatever stage if so wanted."""
        found = Lead.objects.all()
        if self.stage and not any_stage:
            found = found.filter(stage__in=stages.OPEN if self.stage == "open" else (self.stage,))
        if self.owner_id:
            found = found.filter(owner_id=self.owner_id)
        if self.source:
            found = found.filter(source=self.source)
        if self.search:
            people = selectors_search.customer_search(text=self.search, personal=self.personal).every()
            words = Q(interest__icontains=self.search) if folding.fold(self.search) else Q()
            found = found.filter(words | Q(customer_id__in=people.tolist()))
        return found


@dataclass(frozen=True)
class Column:
    """The leads of one stage: how many, what is expected of them by currency, how long they have been there."""

    stage: str
    leads: int = 0
    amounts: dict[str, int] = field(default_factory=dict)
    median_age_days: float | None = None


@dataclass(frozen=True)
class Stay:
    """How long leads that left a stage had stayed in it."""

    stage: str
    leads: int
    median_days: float


def lead_get(*, lead_id: int) -> Lead:
    """Return a lead; raise `Lead.DoesNotExist` when there is none."""
    return Lead.objects.select_related("customer", "product", "category", "owner").get(pk=lead_id)


def lead_list(asked: Asked) -> QuerySet[Lead]:
    """Return leads, those that moved last first."""
    found = asked.rows().select_related("customer", "product", "category", "owner")
    return found.order_by("-stage_since", "-id")


def leads_of(*, customer_ids: Sequence[int]) -> list[Lead]:
    """Return the leads of a customer, those that are pursued first."""
    found = Lead.objects.filter(customer_id__in=list(customer_ids)).select_related("product", "category", "owner")
    return sorted(found.order_by("-id")[:50], key=lambda lead: lead.stage not in stages.OPEN)


def step_list(*, lead_id: int) -> list[LeadStep]:
    """Return the steps of a lead, the latest first."""
    return list(LeadStep.objects.filter(lead_id=lead_id).order_by("-id")[:200])


def source_names() -> list[str]:
    """Return where leads came from, the first hundred by name."""
    found = Lead.objects.exclude(source="").order_by("source").values_list("source", flat=True)
    return list(found.distinct()[:100])


def columns_of(asked: Asked, *, now: datetime) -> list[Column]:
    """Return the stages with their leads, whatever stage is asked for."""
    sql, parameters = asked.rows(any_stage=True).order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT stage, count(*), percentile_cont(0.5) WITHIN GROUP (
                ORDER BY extract(epoch FROM %s - stage_since) / 86400)
            FROM identify_lead WHERE id IN ({sql}) GROUP BY stage
            """,
            [now, *parameters],
        )
        ages = {stage: (int(count), float(median)) for stage, count, median in cursor.fetchall()}
        cursor.execute(
            f"""
            SELECT stage, currency, sum(amount_minor) FROM identify_lead
            WHERE amount_minor IS NOT NULL AND id IN ({sql}) GROUP BY stage, currency ORDER BY 3 DESC
            """,
            parameters,
        )
        amounts: dict[str, dict[str, int]] = {}
        for stage, currency, amount in cursor.fetchall():
            amounts.setdefault(stage, {})[currency] = int(amount)
    return [
        Column(stage, ages[stage][0], amounts.get(stage, {}), ages[stage][1]) if stage in ages else Column(stage)
        for stage in stages.STAGES
    ]


_FURTHEST = """
SELECT furthest, count(*) FROM (
    SELECT lead_id, max(array_position(%s::text[], to_stage::text)) AS furthest
    FROM identify_leadstep WHERE lead_id IN ({sql}) AND way <> 'undone' AND NOT EXISTS (
        SELECT FROM identify_leadstep AS back WHERE back.undoes_id = identify_leadstep.id)
    GROUP BY lead_id
) AS far WHERE furthest IS NOT NULL GROUP BY furthest
"""
_STAYS = """
SELECT from_stage, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stayed) / 86400)
FROM (
    SELECT from_stage, happened_at - lag(happened_at) OVER (PARTITION BY lead_id ORDER BY id) AS stayed
    FROM identify_leadstep WHERE lead_id IN ({sql})
) AS step WHERE stayed IS NOT NULL GROUP BY from_stage
"""


def passages_of(asked: Asked) -> list[Passage]:
    """Return how many leads ever came to each stage and how many of them went on; steps taken back do not count."""
    sql, parameters = asked.rows(any_stage=True).order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_FURTHEST.format(sql=sql), [list(stages.WAY), *parameters])
        counts = {int(place): int(count) for place, count in cursor.fetchall()}
    return stages.passages([counts.get(place + 1, 0) for place in range(len(stages.WAY))])


def stays_of(asked: Asked) -> dict[str, Stay]:
    """Return how long leads stayed in each stage that they have left."""
    sql, parameters = asked.rows(any_stage=True).order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_STAYS.format(sql=sql), parameters)
        return {stage: Stay(stage, int(count), float(days)) for stage, count, days in cursor.fetchall()}


def lead_page(*, after: int, limit: int, wanted: Q) -> list[Lead]:
    """Return leads after a number, in the order of numbers, each with its steps."""
    found = Lead.objects.filter(wanted, pk__gt=after).select_related("product", "category")
    return list(found.prefetch_related("steps").order_by("pk")[:limit])
