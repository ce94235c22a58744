"""What can be read of rules, their versions and replays."""

from django.db.models import Prefetch, QuerySet

from vinculo.programs.records.models import Replay, Rule, RuleVersion


def rule_list(*, program_id: int) -> QuerySet[Rule]:
    """Return the rules of a programme with their versions, the latest version first."""
    versions = RuleVersion.objects.order_by("-version")
    return Rule.objects.filter(program_id=program_id).order_by("code").prefetch_related(Prefetch("versions", versions))


def version_get(*, version_id: int) -> RuleVersion:
    """Return a version with its rule; raise `RuleVersion.DoesNotExist` when there is none."""
    return RuleVersion.objects.select_related("rule").get(pk=version_id)


def version_list_waiting(*, program_id: int) -> QuerySet[RuleVersion]:
    """Return the versions that wait for approval, the oldest first."""
    waiting = RuleVersion.objects.filter(rule__program_id=program_id, state=RuleVersion.State.PROPOSED)
    return waiting.select_related("rule").order_by("proposed_at", "pk")


def replay_get(*, replay_id: int) -> Replay:
    """Return a replay; raise `Replay.DoesNotExist` when there is none."""
    return Replay.objects.get(pk=replay_id)


def replay_list(*, program_id: int) -> QuerySet[Replay]:
    """Return the replays of a programme, the latest first, without their results."""
    return Replay.objects.filter(program_id=program_id).defer("result").order_by("-pk")
