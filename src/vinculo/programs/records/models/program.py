"""Programmes, their units, and who takes part."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def written(english: str, spanish: str, language: str | None = None) -> str:
    """Return the text in a language, that of the page where none is named; where it is missing, the other one."""
    in_spanish = (language or get_language() or "en").startswith("es")
    return (spanish or english) if in_spanish else (english or spanish)


class Titled(models.Model):
    """Something that has a name, and another one in Spanish where it differs."""

    name = models.CharField(_("name"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return written(self.name, self.name_es)

    def name_in(self, language: str) -> str:
        """Return the name in a language."""
        return written(self.name, self.name_es, language)


class Program(Titled):
    """A programme in which customers take part."""

    class State(models.TextChoices):
        """Whether it is being prepared, runs, or has ended."""

        DRAFT = "draft", _("being prepared")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    started_on = models.DateField(_("started on"))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")


class Unit(Titled):
    """A kind of points of a programme: what it is for, how long it lives, and how far a wallet may fall."""

    class Expiry(models.TextChoices):
        """After what points are lost."""

        NONE = "none", _("never")
        AGE = "age", _("some months after they were given")
        CALENDAR = "calendar", _("on a day of the year")
        INACTIVITY = "inactivity", _("some months after the last activity")

    class Rounding(models.TextChoices):
        """To the end of what an expiry is moved."""

        DAY = "day", _("day")
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")

    class Returns(models.TextChoices):
        """What is taken back when a purchase is returned and its points were spent."""

        PENDING = "pending", _("only what is still pending")
        BALANCE = "balance", _("as far as the balance goes")
        FLOOR = "floor", _("down to a floor below zero")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="units")
    code = models.SlugField(_("code"), max_length=40)
    spendable = models.BooleanField(_("is spent"), default=True)
    qualifying = models.BooleanField(_("decides levels"), default=False)
    expiry = models.CharField(_("expiry"), max_length=10, choices=Expiry, default=Expiry.NONE)
    expiry_months = models.PositiveSmallIntegerField(_("months until expiry"), default=0)
    expiry_rounding = models.CharField(_("rounded to the end of"), max_length=7, choices=Rounding, default=Rounding.DAY)
    expiry_day = models.CharField(_("day of the year"), max_length=5, blank=True)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=0)
    return_policy = models.CharField(_("returns"), max_length=7, choices=Returns, default=Returns.BALANCE)
    floor = models.BigIntegerField(_("floor"), default=0)
    issuance_id = models.BigIntegerField(null=True, editable=False)
    redemption_id = models.BigIntegerField(null=True, editable=False)
    """Accounts of the house that points come from and go to, written by `programs_house` when it opens them."""
    zone = models.CharField(max_length=60, db_default="UTC", editable=False)
    """That of the programme, kept here by the database: whoever posts reads one row less."""

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = (
            models.UniqueConstraint(fields=["program", "code"], name="programs_unit_code"),
            models.CheckConstraint(condition=models.Q(floor__lte=0), name="programs_unit_floor"),
        )


class Member(models.Model):
    """A customer who takes part in a programme; a household or a company that shares its points is one too.

    Which customer it is now is asked of the customer base: a merge moves nothing here.
    """

    class Kind(models.TextChoices):
        """Who takes part."""

        PERSON = "person", _("person")
        COMPANY = "company", _("company")
        POOL = "pool", _("household or group")

    class State(models.TextChoices):
        """Whether the member takes part."""

        ACTIVE = "active", _("active")
        BLOCKED = "blocked", _("blocked")
        LEFT = "left", _("left")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="members")
    number = models.CharField(_("card number"), max_length=24)
    customer = models.ForeignKey(
        "identify.Customer",
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("customer"),
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.PERSON)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ACTIVE)
    pool = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="sharers")
    joined_on = models.DateField(_("member since"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    joined_by = models.CharField(_("by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = (
            models.UniqueConstraint(fields=["program", "number"], name="programs_member_number"),
            models.UniqueConstraint(
                fields=["program", "customer"],
                condition=models.Q(left_on__isnull=True),
                name="programs_member_once",
            ),
        )

    def __str__(self) -> str:
        return self.number


class Pool(models.Model):
    """What those who share the points of a household or company agreed on."""

    class Leaving(models.TextChoices):
        """What becomes of the points somebody brought in, when he leaves."""

        STAY = "stay", _("they stay")
        RETURN = "return", _("what is left of them goes along")

    member = models.OneToOneField("programs.Member", models.PROTECT, primary_key=True, related_name="terms")
    contribution_percent = models.PositiveSmallIntegerField(_("share of what is earned"), default=100)
    monthly_cap = models.BigIntegerField(_("most a member may take a month"), null=True, blank=True)
    leaving = models.CharField(_("on leaving"), max_length=6, choices=Leaving, default=Leaving.STAY)

    class Meta:
        verbose_name = _("shared points")
        verbose_name_plural = _("shared points")
        constraints = (
            models.CheckConstraint(condition=models.Q(contribution_percent__lte=100), name="programs_pool_share"),
        )
