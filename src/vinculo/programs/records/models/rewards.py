"""Rewards: the catalogue, what limits it, its codes, and what was redeemed.

Counters are changed by one statement each that also decides, and the database refuses any of them below zero.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vinculo.programs.records.models.program import written
from vinculo.programs.rewards import periods

KINDS = (
    ("money_off", _("money off")),
    ("percentage", _("percentage off")),
    ("voucher", _("voucher code")),
    ("product", _("product")),
    ("service", _("service")),
    ("experience", _("experience")),
    ("donation", _("donation")),
    ("partner", _("partner's reward")),
)


class Reward(models.Model):
    """Something points are exchanged for; amounts are minor units in the currency of the programme."""

    class Taken(models.TextChoices):
        """When the points are taken."""

        AT_USE = "at_use", _("when the reward is used; until then they are set aside")
        AT_ONCE = "at_once", _("at once; the code is used later")

    class Codes(models.TextChoices):
        """Where the code of a redemption comes from."""

        NONE = "none", _("it needs none")
        GENERATED = "generated", _("made for each redemption")
        POOL = "pool", _("taken from those at hand")

    class State(models.TextChoices):
        """Whether it is offered."""

        DRAFT = "draft", _("being prepared")
        OFFERED = "offered", _("offered")
        STOPPED = "stopped", _("stopped")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="rewards")
    unit = models.ForeignKey("programs.Unit", models.PROTECT, related_name="+", verbose_name=_("paid with"))
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    text_en = models.TextField(_("text in English"), blank=True)
    text_es = models.TextField(_("text in Spanish"), blank=True)
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    points = models.PositiveBigIntegerField(_("points"), null=True, blank=True)
    amount_minor = models.PositiveBigIntegerField(_("money off"), null=True, blank=True)
    percentage_bp = models.PositiveIntegerField(_("percentage off, in hundredths"), null=True, blank=True)
    partner_code = models.CharField(_("partner"), max_length=40, blank=True)
    agent = models.BooleanField(_("we are the partner's agent"), default=False, db_default=False)
    """Its revenue is our commission only; else we are the principal, and all of it is ours (IFRS 15.B34 to B38)."""
    campaign = models.CharField(_("campaign"), max_length=60, blank=True)
    cost_minor = models.PositiveBigIntegerField(_("cost of one"), default=0)
    fair_value_minor = models.PositiveBigIntegerField(_("fair value of one"), default=0)
    stock = models.BigIntegerField(_("in stock"), null=True, blank=True)
    held = models.BigIntegerField(_("set aside"), default=0)
    offered_from = models.DateField(_("offered from"), null=True, blank=True)
    offered_to = models.DateField(_("no more from"), null=True, blank=True)
    taken = models.CharField(_("points are taken"), max_length=7, choices=Taken, default=Taken.AT_USE)
    codes = models.CharField(_("codes"), max_length=9, choices=Codes, default=Codes.GENERATED)
    good_for_minutes = models.PositiveIntegerField(_("minutes until it is used"), default=7 * 24 * 60)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        constraints = (
            models.UniqueConstraint(fields=["program", "code"], name="programs_reward_code"),
            models.CheckConstraint(
                condition=models.Q(stock__isnull=True) | models.Q(stock__gte=0), name="programs_reward_stock"
            ),
            models.CheckConstraint(condition=models.Q(held__gte=0), name="programs_reward_held"),
            models.CheckConstraint(
                condition=models.Q(offered_from__isnull=True)
                | models.Q(offered_to__isnull=True)
                | models.Q(offered_to__gt=models.F("offered_from")),
                name="programs_reward_days",
            ),
            models.CheckConstraint(
                condition=models.Q(percentage_bp__isnull=True) | models.Q(percentage_bp__lte=10_000),
                name="programs_reward_percentage",
            ),
        )

    def __str__(self) -> str:
        return written(self.name_en, self.name_es)

    @property
    def text(self) -> str:
        """Return what it is in the language of the page."""
        return written(self.text_en, self.text_es)


class RewardPrice(models.Model):
    """What a reward costs those of a level or a segment, and since when they may have it."""

    reward = models.ForeignKey("programs.Reward", models.CASCADE, related_name="prices")
    level = models.CharField(_("level"), max_length=40, blank=True)
    segment = models.CharField(_("segment"), max_length=60, blank=True)
    points = models.PositiveBigIntegerField(_("points"))
    offered_from = models.DateField(_("offered from"), null=True, blank=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = (
            models.UniqueConstraint(fields=["reward", "level", "segment"], name="programs_rewardprice_of"),
            models.CheckConstraint(
                condition=~models.Q(level="", segment=""), name="programs_rewardprice_is_for_somebody"
            ),
        )


class RewardLimit(models.Model):
    """How much may be given in a period: of a reward, of a campaign or of all; to everybody together or to each."""

    class Measure(models.TextChoices):
        """What is counted."""

        PIECES = "pieces", _("pieces")
        POINTS = "points", _("points")
        COST = "cost", _("cost")

    PERIODS = (
        ("ever", _("ever")),
        ("day", _("day")),
        ("week", _("week")),
        ("month", _("month")),
        ("quarter", _("quarter")),
        ("year", _("year")),
    )

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    reward = models.ForeignKey("programs.Reward", models.PROTECT, null=True, blank=True, related_name="limits")
    campaign = models.CharField(_("campaign"), max_length=60, blank=True)
    per_member = models.BooleanField(_("of each member"), default=False)
    period = models.CharField(_("period"), max_length=7, choices=PERIODS, default=periods.PERIODS[0])
    measure = models.CharField(_("counts"), max_length=6, choices=Measure)
    most = models.PositiveBigIntegerField(_("at most"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        indexes = (models.Index(fields=["program", "reward"], name="programs_rewardlimit_of"),)


class LimitUse(models.Model):
    """What of a limit was used in one period; stopped when no more of it fits."""

    limit = models.ForeignKey("programs.RewardLimit", models.PROTECT, related_name="uses")
    member = models.ForeignKey("programs.Member", models.PROTECT, null=True, related_name="+", db_index=False)
    period_from = models.DateField()
    used = models.BigIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["limit", "member", "period_from"], nulls_distinct=False, name="programs_limituse_once"
            ),
            models.CheckConstraint(condition=models.Q(used__gte=0), name="programs_limituse_used"),
        )


class Redemption(models.Model):
    """A reward for somebody: set aside, given out, used, or why it was refused; the same key twice is one."""

    class State(models.TextChoices):
        """What became of it."""

        RESERVED = "reserved", _("set aside")
        ISSUED = "issued", _("given out, not used yet")
        CONFIRMED = "confirmed", _("used")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("not used in time, points given back")
        LAPSED = "lapsed", _("not used in time")
        RETURNED = "returned", pgettext_lazy("redemption", "taken back")
        REFUSED = "refused", pgettext_lazy("redemption", "refused")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    reward = models.ForeignKey("programs.Reward", models.PROTECT, null=True, related_name="redemptions")
    member = models.ForeignKey("programs.Member", models.PROTECT, null=True, related_name="redemptions")
    customer = models.ForeignKey("identify.Customer", models.PROTECT, null=True, related_name="+", db_constraint=False)
    source = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    payload_hash = models.BinaryField(max_length=16)
    state = models.CharField(_("state"), max_length=9, choices=State)
    refused = models.CharField(max_length=40, blank=True)
    quantity = models.PositiveIntegerField(_("pieces"), default=1)
    returned_quantity = models.PositiveIntegerField(default=0)
    points = models.PositiveBigIntegerField(_("points"), default=0)
    cost_minor = models.PositiveBigIntegerField(default=0)
    fair_value_minor = models.PositiveBigIntegerField(default=0)
    agent = models.BooleanField(default=False, db_default=False)
    """As the reward was when it was set aside."""
    charges = models.JSONField(default=list)
    """What one piece took of each limit: pairs of a use and an amount."""
    stock_held = models.BooleanField(default=False)
    account = models.ForeignKey(
        "programs.Account", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    reserve_posting_id = models.BigIntegerField(null=True)
    confirm_posting_id = models.BigIntegerField(null=True)
    given_for = models.CharField(max_length=60, blank=True)
    place = models.CharField(_("where"), max_length=80, blank=True)
    reserved_at = models.DateTimeField(_("set aside at"))
    good_until = models.DateTimeField(_("good until"))
    resolved_at = models.DateTimeField(null=True)
    reserved_by = models.CharField(max_length=150, blank=True)
    resolved_by = models.CharField(max_length=150, blank=True)
    confirm_key = models.CharField(max_length=160, blank=True)
    order_source = models.CharField(max_length=60, blank=True, default="", db_default="")
    order_number = models.TextField(blank=True, default="", db_default="", db_collation="C")
    """The order it paid a part of."""
    paid_minor = models.PositiveBigIntegerField(default=0, db_default=0)
    """That part, for all its pieces."""

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints = (
            models.UniqueConstraint(fields=["program", "source", "key"], name="programs_redemption_key"),
            models.CheckConstraint(
                condition=models.Q(returned_quantity__lte=models.F("quantity")), name="programs_redemption_returned"
            ),
            models.CheckConstraint(
                condition=models.Q(state="refused", refused__gt="")
                | (~models.Q(state="refused") & models.Q(refused="")),
                name="programs_redemption_refused",
            ),
        )
        indexes = (
            models.Index(
                fields=["program", "good_until"],
                condition=models.Q(state__in=("reserved", "issued")),
                name="programs_redemption_open",
            ),
            models.Index(
                fields=["program", "order_number"],
                condition=~models.Q(order_number=""),
                name="programs_redemption_of_order",
            ),
        )


class RedemptionReturn(models.Model):
    """Pieces of a redemption that were taken back, and the points that went back for them; only added to."""

    redemption = models.ForeignKey("programs.Redemption", models.PROTECT, related_name="returns")
    key = models.CharField(max_length=160)
    quantity = models.PositiveIntegerField()
    points = models.PositiveBigIntegerField()
    restocked = models.BooleanField()
    posting_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField()
    author = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["redemption", "key"], name="programs_redemptionreturn_key"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="programs_redemptionreturn_quantity"),
        )


class RewardCode(models.Model):
    """A code: its keyed digest, its last four symbols, and as much as is needed to show it as long as it is good.

    One that was made here is worked out anew from `salt`; one that was imported lies encrypted in `sealed`. Both are
    emptied when it can be used no more.
    """

    class State(models.TextChoices):
        """What may be done with it."""

        FREE = "free", _("free")
        ALLOTTED = "allotted", _("given to somebody")
        USED = "used", _("used")
        VOID = "void", _("cancelled")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    reward = models.ForeignKey("programs.Reward", models.PROTECT, related_name="+", db_index=False)
    redemption = models.OneToOneField("programs.Redemption", models.PROTECT, null=True, related_name="code")
    state = models.CharField(_("state"), max_length=8, choices=State)
    digest = models.BinaryField(max_length=32)
    last_four = models.CharField(max_length=4)
    salt = models.BinaryField(max_length=16)
    sealed = models.BinaryField()
    pooled = models.BooleanField()
    shown = models.BooleanField(default=False)
    expires_on = models.DateField(_("expires on"), null=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=150, blank=True)
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = (models.UniqueConstraint(fields=["program", "digest"], name="programs_rewardcode_digest"),)
        indexes = (
            models.Index(
                fields=["reward", "expires_on", "id"], condition=models.Q(state="free"), name="programs_rewardcode_free"
            ),
            models.Index(fields=["reward", "state"], name="programs_rewardcode_states"),
        )


class CodeTry(models.Model):
    """How many wrong codes somebody, or a till, gave in a row, and until when there is no other try."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=160)
    failures = models.PositiveIntegerField()
    tried_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["program", "subject"], name="programs_codetry_of"),)
