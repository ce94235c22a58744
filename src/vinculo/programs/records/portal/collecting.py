"""Collecting: what programmes know of a person who asks for it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from vinculo.programs.records.models import (
    Account,
    ChallengeEntry,
    Member,
    Posting,
    Promise,
    Redemption,
    Referral,
    Suggestion,
    Vote,
)

Section = tuple[str, list[dict[str, Any]]]
ENTRY = ("happened_at", "kind", "amount", "outcome", "grant_class", "reward_class", "reference", "account__unit__code")
TAKEN = ("reward__code", "state", "quantity", "points", "reserved_at", "good_until", "given_for")


def collect(customer_ids: Sequence[int], **_fact: Any) -> Section:
    """Return the memberships of a customer, each with all that was written down about it.

    Of shared points the entries that are about this member are told, not those of the others.
    """
    ids = list(customer_ids)
    return "memberships", [
        *(of_member(each) for each in Member.objects.filter(customer_id__in=ids).select_related("program")),
        *({"promises": list(found)} for found in [promises_of(ids)] if found),
    ]


def of_member(member: Member) -> dict[str, Any]:
    """Return what was written down about one membership."""
    mine = {"member_id": member.pk}
    return {
        "programme": member.program.name,
        "number": member.number,
        "state": member.state,
        "joined_on": member.joined_on,
        "left_on": member.left_on,
        "points": list(postings_of(member).order_by("id").values(*ENTRY)),
        "redemptions": list(Redemption.objects.filter(**mine).order_by("id").values(*TAKEN)),
        "challenges": list(ChallengeEntry.objects.filter(**mine).values("challenge__code", "joined_on")),
        "votes": list(Vote.objects.filter(**mine).values("ballot__name_en", "option__name_en", "voted_at")),
        "suggestions": list(Suggestion.objects.filter(**mine).values("text", "answer", "written_at")),
        "brought": Referral.objects.filter(referrer_id=member.pk).count(),
    }


def postings_of(member: Member) -> QuerySet[Posting, Posting]:
    """Return the postings about a member: of her own wallets, and those of shared ones that name her."""
    held = dict(Account.objects.filter(member_id__in=[member.pk, member.pool_id or 0]).values_list("pk", "member_id"))
    own = [number for number, holder in held.items() if holder == member.pk]
    shared = [number for number, holder in held.items() if holder != member.pk]
    return Posting.objects.filter(Q(account_id__in=own) | Q(account_id__in=shared, member_id=member.pk))


def promises_of(customer_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return what was promised to a customer."""
    found = Promise.objects.filter(customer_id__in=list(customer_ids)).order_by("id")
    names = ("guarantee__name_en", "reference", "state", "started_at", "due_at", "kept_at")
    return [dict(zip(names, row, strict=True)) for row in found.values_list(*names)]
