"""Levels: sets of them, their terms by version, who stands where, and every change with what it was decided from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vinculo.programs.records.models.program import written


class Named(models.Model):
    """Something whose name a programme gives in both languages."""

    name_en = models.CharField(_("name, English"), max_length=80)
    name_es = models.CharField(_("name, Spanish"), max_length=80)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return written(self.name_en, self.name_es)

    def name_in(self, language: str) -> str:
        """Return the name in a language."""
        return written(self.name_en, self.name_es, language)


class LevelSet(Named):
    """Levels of a programme that are decided from one count; what is counted and when never changes."""

    class Basis(models.TextChoices):
        """What is counted."""

        POINTS = "points", _("points of a unit")
        SPEND = "spend", _("purchases, in money")
        ORDERS = "orders", _("number of orders")

    class Window(models.TextChoices):
        """In which days it is counted."""

        CALENDAR = "calendar", _("calendar periods")
        ANNIVERSARY = "anniversary", _("years of membership")
        ROLLING = "rolling", _("the last months")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=40)
    basis = models.CharField(_("counts"), max_length=8, choices=Basis, default=Basis.POINTS)
    unit = models.ForeignKey("programs.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    window = models.CharField(_("window"), max_length=12, choices=Window, default=Window.CALENDAR)
    months = models.PositiveSmallIntegerField(_("months"), default=12)
    first_month = models.PositiveSmallIntegerField(_("first month"), default=1)
    carries = models.BooleanField(_("a company's level is that of its people"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("set of levels")
        verbose_name_plural = _("sets of levels")
        constraints = (
            models.UniqueConstraint(fields=["program", "code"], name="programs_levelset_code"),
            models.CheckConstraint(
                condition=Q(basis="points", unit__isnull=False) | (~Q(basis="points") & Q(unit__isnull=True)),
                name="programs_levelset_counts_points_of_a_unit",
            ),
        )


class Level(Named):
    """A level of a set; its rank tells it from others for ever."""

    level_set = models.ForeignKey("programs.LevelSet", models.PROTECT, related_name="levels", db_index=False)
    rank = models.PositiveSmallIntegerField(_("rank"))
    code = models.SlugField(_("code"), max_length=40)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        constraints = (
            models.UniqueConstraint(fields=["level_set", "rank"], name="programs_level_rank"),
            models.UniqueConstraint(fields=["level_set", "code"], name="programs_level_code"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="programs_level_rank_from_one"),
        )


class LevelTerms(models.Model):
    """One version of the terms of a set (`levels.terms`), never changed."""

    level_set = models.ForeignKey("programs.LevelSet", models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    begins_on = models.DateField(_("in force from"))
    said = models.JSONField()
    author = models.CharField(_("by"), max_length=150, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("terms of levels")
        verbose_name_plural = _("terms of levels")
        constraints = (models.UniqueConstraint(fields=["level_set", "version"], name="programs_levelterms_version"),)


class LevelProposal(models.Model):
    """Terms of a set that wait for approval, and what became of them; their words are never changed."""

    class State(models.TextChoices):
        """What became of them."""

        PROPOSED = "proposed", _("waits for approval")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("given back")

    level_set = models.ForeignKey("programs.LevelSet", models.PROTECT, related_name="+")
    said = models.JSONField()
    authors = models.JSONField(default=list)
    """Who proposed them, and does not approve them where four eyes are asked for."""
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(_("note"), blank=True)
    terms = models.OneToOneField("programs.LevelTerms", models.PROTECT, null=True, related_name="proposal")

    class Meta:
        verbose_name = _("proposed terms of levels")
        verbose_name_plural = _("proposed terms of levels")
        constraints = (
            models.UniqueConstraint(
                fields=["level_set"], condition=Q(state="proposed"), name="programs_levelproposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="", state="proposed")
                | (Q(decided_at__isnull=False) & ~Q(state="proposed") & ~Q(decided_by="")),
                name="programs_levelproposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", terms__isnull=False) | (~Q(state="approved") & Q(terms__isnull=True)),
                name="programs_levelproposal_becomes_terms",
            ),
        )


class LevelGrant(models.Model):
    """A level given by hand: by whom, why, and until which day (included)."""

    level_set = models.ForeignKey("programs.LevelSet", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    begins_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    reason = models.TextField(_("reason"))
    author = models.CharField(_("by"), max_length=150)
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("level given by hand")
        verbose_name_plural = _("levels given by hand")
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on__gte=models.F("begins_on")), name="programs_levelgrant_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(author=""), name="programs_levelgrant_says_who_and_why"
            ),
        )


class LevelStanding(models.Model):
    """Where a member stands, as last decided: what was earned, given, or is of a group; `rank` is in effect."""

    level_set = models.ForeignKey("programs.LevelSet", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=0)
    origin = models.CharField(max_length=8, default="earned")
    earned = models.PositiveSmallIntegerField(default=0)
    granted = models.PositiveSmallIntegerField(default=0)
    of_group = models.PositiveSmallIntegerField(default=0)
    since = models.DateField(null=True)
    due_on = models.DateField(null=True)
    """The next day on which it is to be decided though nothing happens."""

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = (models.UniqueConstraint(fields=["level_set", "member"], name="programs_levelstanding_once"),)
        indexes = (
            models.Index(fields=["level_set", "due_on", "member"], name="programs_levelstanding_due"),
            models.Index(fields=["level_set", "rank"], name="programs_levelstanding_rank"),
        )


class LevelChange(models.Model):
    """A change of the level in effect, with what it was decided from; never changed."""

    class Cause(models.TextChoices):
        """Why it changed."""

        REACHED = "reached", _("reached")
        FELL = "fell", _("not confirmed")
        RETURNED = "returned", _("purchases came back")
        GRANTED = "granted", _("given by hand")
        GRANT_ENDED = "grant_ended", _("what was given has ended")
        GROUP = "group", _("of the company or household")
        GROUP_ENDED = "group_ended", _("no more of the company or household")

    level_set = models.ForeignKey("programs.LevelSet", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+", db_index=False)
    from_rank = models.PositiveSmallIntegerField()
    to_rank = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=12, choices=Cause)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    inputs = models.JSONField()
    author = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("change of level")
        verbose_name_plural = _("changes of level")
        constraints = (
            models.CheckConstraint(condition=~Q(from_rank=models.F("to_rank")), name="programs_levelchange_changes"),
        )
        indexes = (models.Index(fields=["member", "-id"], name="programs_levelchange_member"),)
