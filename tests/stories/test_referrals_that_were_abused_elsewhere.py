"""Referrals abused elsewhere: code-423n4/loopfi #62, moistello-contracts #127, BabylonSocial #198."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.make import members, served, store

from vinculo.programs.belonging.referrals import Plan
from vinculo.programs.records.belonging import referrals
from vinculo.programs.records.belonging.referrals import ReferralError
from vinculo.programs.records.models import Posting, Program, Referral

TODAY = served.NOW.date()


@pytest.fixture
def club(records: store.Database) -> Program:
    made = members.program()
    unit = members.unit(made, "points")
    referrals.plan_open(program_id=made.pk, unit_id=unit.pk, plan=Plan((100,), welcome=50), now=members.OPENED)
    return made


def test_nobody_uses_a_code_of_his_own(club: Program) -> None:
    """Loopfi #62: whoever made a code entered it himself and got a fifth on top."""
    ana = members.member(club)
    code = referrals.code_of(member_id=ana.pk, now=served.NOW)

    with pytest.raises(ReferralError):
        referrals.referral_open(code=code, member_id=ana.pk, now=served.NOW)

    assert not Referral.objects.exists()


def test_the_database_refuses_what_a_mistake_lets_through(club: Program) -> None:
    """moistello-contracts #127: only the application compared the two."""
    ana, eva = members.member(club), members.member(club)
    plan = referrals.ReferralPlan.objects.get()

    for referrer, referee in ((ana, ana), (eva, ana)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.create(plan=plan, referrer=referrer, referee=referee, opened_at=served.NOW)


def test_signing_up_is_not_enough(club: Program) -> None:
    """BabylonSocial #198: accounts that did nothing brought rewards."""
    ana = members.member(club)
    code = referrals.code_of(member_id=ana.pk, now=served.NOW)
    for _ in range(20):
        referrals.referral_open(code=code, member_id=members.member(club).pk, now=served.NOW)

    for days in (0, 31, 400):
        referrals.settle(program_id=club.pk, as_of=TODAY + timedelta(days=days), now=served.NOW)

    assert not Posting.objects.exists()
