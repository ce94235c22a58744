"""The ledger: accounts, postings, transfers, lots. Rows of its journal are never changed; the database sees to it.

Keys into the journal and out of accounts are no constraints of the database: the write path has just looked every one
of them up, every change of a balance would look again, and `vinculo ledger verify` counts those that point nowhere.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from vinculo.programs.ledger import kinds

HOUSE = models.Q(member__isnull=True)
RESOLVING = models.Q(kind__in=kinds.RESOLVING, outcome="")
RARE = ~models.Q(campaign="") | models.Q(to_account__isnull=False) | models.Q(held_until__isnull=False)
PENDING = models.Q(release_at__isnull=False) | ~models.Q(release_event="")


class Account(models.Model):
    """Where points of one unit lie: with a member, or on a side of the house, whose balance is never stored."""

    unit = models.ForeignKey(
        "programs.Unit", models.PROTECT, related_name="accounts", db_index=False, db_constraint=False
    )
    member = models.ForeignKey(
        "programs.Member", models.PROTECT, null=True, related_name="accounts", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in (*kinds.OF_MEMBERS, *kinds.OF_THE_HOUSE)])
    partner_code = models.CharField(max_length=40, blank=True)
    balance = models.BigIntegerField(_("balance"), null=True)
    floor = models.BigIntegerField(default=0)
    standing = models.CharField(max_length=10, db_default="active")
    """State of the member, kept here by the database: whoever posts reads one row."""
    active_on = models.DateField(_("last activity"), null=True)
    """Kept where inactivity loses points."""
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.UniqueConstraint(
                fields=["member", "unit", "kind"], condition=~HOUSE, name="programs_account_of_member"
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "partner_code"], condition=HOUSE, name="programs_account_of_house"
            ),
            # As short as it can be, for every change of a balance reads it. What the house has is never stored.
            models.CheckConstraint(
                condition=models.Q(balance__gte=models.F("floor")), name="programs_account_above_floor"
            ),
        )


class Strand(models.Model):
    """The end of the chain of batches of a programme."""

    program = models.OneToOneField("programs.Program", models.PROTECT, related_name="+")
    batches = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)


class Batch(models.Model):
    """Postings of about a minute, sealed when all of them are committed: bound by a hash to the batch before."""

    program = models.ForeignKey(
        "programs.Program", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    strand = models.ForeignKey("programs.Strand", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    place = models.BigIntegerField()
    """Number in its strand."""
    number = models.BigIntegerField()
    """What its postings carry."""
    until = models.BigIntegerField()
    """Postings of later batches have greater numbers than this."""
    postings = models.PositiveIntegerField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["program", "number"], name="programs_batch_number"),)


class Posting(models.Model):
    """What one event did to one wallet, or why it was refused; the same event twice is one posting."""

    program = models.ForeignKey(
        "programs.Program", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    source = models.TextField()
    event = models.TextField()
    payload_hash = models.BinaryField(max_length=16)
    kind = models.TextField(choices=list(kinds.POSTINGS.items()))
    outcome = models.TextField(blank=True)
    account = models.ForeignKey(
        "programs.Account", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    to_account = models.ForeignKey(
        "programs.Account", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    """The wallet of somebody else that the points went to."""
    member = models.ForeignKey(
        "programs.Member", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    """Who of those sharing a wallet it is about."""
    asked = models.BigIntegerField()
    """What was asked for."""
    amount = models.BigIntegerField()
    """What moved; of a refusal, what was asked for."""
    balance = models.BigIntegerField(default=0)
    """Of the wallet, after it."""
    grant_class = models.TextField(blank=True)
    reward_class = models.TextField(blank=True)
    refers_to = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False, db_column="refers_to"
    )
    reference = models.TextField(blank=True)
    rule_id = models.BigIntegerField(null=True)
    rule_version = models.IntegerField(null=True)
    campaign = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    """When a reservation is given up by itself."""
    batch_number = models.BigIntegerField()
    """The batch that was open when it was written."""
    author = models.TextField(blank=True)
    details = models.JSONField(null=True)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = (
            # The event first: it nearly always tells keys apart by itself.
            models.UniqueConstraint(fields=["event", "source", "program"], name="programs_posting_key"),
            # Finds what refers to a posting, and lets one of those that resolve it be there (I6).
            models.UniqueConstraint(
                models.F("refers_to"),
                models.Case(
                    models.When(RESOLVING, then=0), default=models.F("id"), output_field=models.BigIntegerField()
                ),
                condition=models.Q(refers_to__isnull=False),
                name="programs_posting_resolves_once",
            ),
        )
        indexes = (
            models.Index(fields=["account", "-id"], name="programs_posting_of_account"),
            # What a wallet received, reservations with a term, and awards of a campaign: a posting is one of these or
            # none, and every index of a table costs every post.
            models.Index(fields=["to_account", "held_until", "campaign"], condition=RARE, name="programs_posting_rare"),
        )


class Transfer(models.Model):
    """Points that went from one account to another: it cannot be unbalanced (I1)."""

    pk = models.CompositePrimaryKey("posting_id", "place")
    posting = models.ForeignKey(
        "programs.Posting", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    place = models.SmallIntegerField()
    debit = models.ForeignKey("programs.Account", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    credit = models.ForeignKey(
        "programs.Account", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    amount = models.BigIntegerField()
    """Above zero: the database has a type for it, `programs_moved`."""


class Lot(models.Model):
    """Points of one issue, which live and are lost together; `remaining` is what lies on the account still (I7).

    The lot of an award has the number of its posting. Others draw theirs from the same numbers.
    """

    id = models.BigIntegerField(primary_key=True)
    account = models.ForeignKey(
        "programs.Account", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    posting = models.ForeignKey(
        "programs.Posting", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    award = models.ForeignKey("programs.Posting", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    """Who issued the points first, where `posting` handed them on or gave them back."""
    grant_class = models.TextField()
    earned_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    """The last day on which they are good."""
    release_at = models.DateTimeField(null=True)
    release_event = models.TextField(blank=True)
    issued = models.BigIntegerField()
    remaining = models.BigIntegerField()
    """Never below zero, nor is `expired`: the database has a type for them, `programs_held`."""
    expired = models.BigIntegerField(default=0)
    """What a sweep took and nobody took back."""

    class Meta:
        indexes = (
            models.Index(
                fields=["account", "expires_on", "earned_at", "id"],
                # So that what is lost when is told by the index, however many lots are open.
                include=["remaining"],
                condition=models.Q(remaining__gt=0),
                name="programs_lot_open",
            ),
            models.Index(fields=["award"], condition=~models.Q(award=models.F("id")), name="programs_lot_heirs"),
            models.Index(
                fields=["release_event", "release_at"],
                condition=models.Q(remaining__gt=0) & PENDING,
                name="programs_lot_pending",
            ),
            BrinIndex(fields=["expires_on"], autosummarize=True, name="programs_lot_lost"),
        )


class LotUse(models.Model):
    """Points taken from a lot by a posting, or given back to it (below zero)."""

    pk = models.CompositePrimaryKey("posting_id", "place")
    posting = models.ForeignKey(
        "programs.Posting", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    place = models.SmallIntegerField()
    lot = models.ForeignKey("programs.Lot", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    amount = models.BigIntegerField()
