"""Belonging: challenges, streaks and badges, and what was given for them; ballots, suggestions, early access."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vinculo.programs.records.models.levels import Named
from vinculo.programs.records.models.program import written


class Told(Named):
    """Something with a name and a text in both languages."""

    about_en = models.TextField(_("text, English"), blank=True)
    about_es = models.TextField(_("text, Spanish"), blank=True)

    class Meta:
        abstract = True

    def about_in(self, language: str) -> str:
        """Return the text in a language."""
        return written(self.about_en, self.about_es, language)


class State(models.TextChoices):
    """Whether members take part."""

    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Badge(Told):
    """A sign of something done; it is given once and stays.

    Challenges and streaks name theirs. Others are given by themselves, at a level or after years as a customer.
    """

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=40)
    level = models.ForeignKey("programs.Level", models.PROTECT, null=True, blank=True, related_name="+")
    years = models.PositiveSmallIntegerField(_("years as a customer"), null=True, blank=True)

    class Meta:
        verbose_name = _("badge")
        verbose_name_plural = _("badges")
        constraints = (
            models.UniqueConstraint(fields=["program", "code"], name="programs_badge_code"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(years=None), name="programs_badge_is_given_for_one_thing"
            ),
        )


class Challenge(Told):
    """Something to be done within some days by those who join in, for points, a badge, or both (`challenges`)."""

    class Goal(models.TextChoices):
        """What is counted."""

        ORDERS = "orders", _("orders")
        SPEND = "spend", _("purchases, in money")
        PRODUCTS = "products", _("pieces of products")
        EVENTS = "events", _("events")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=40)
    goal = models.CharField(_("goal"), max_length=8, choices=Goal)
    target = models.PositiveBigIntegerField(_("target"))
    products = models.JSONField(_("codes of products"), default=list, blank=True)
    event = models.CharField(_("name of the event"), max_length=120, blank=True)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    unit = models.ForeignKey("programs.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    points = models.PositiveIntegerField(_("points"), default=0)
    badge = models.ForeignKey("programs.Badge", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = (
            models.UniqueConstraint(fields=["program", "code"], name="programs_challenge_code"),
            models.CheckConstraint(
                condition=Q(target__gte=1, ends_on__gte=F("begins_on")), name="programs_challenge_can_be_done"
            ),
            models.CheckConstraint(
                condition=Q(points=0) | Q(unit__isnull=False), name="programs_challenge_points_have_a_unit"
            ),
        )


class ChallengeEntry(models.Model):
    """A member who joined in: what is done counts from that day."""

    challenge = models.ForeignKey("programs.Challenge", models.PROTECT, related_name="entries", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    joined_on = models.DateField()

    class Meta:
        verbose_name = _("place in a challenge")
        verbose_name_plural = _("places in challenges")
        constraints = (models.UniqueConstraint(fields=["challenge", "member"], name="programs_challengeentry_once"),)


class Streak(Told):
    """Weeks or months in a row with a purchase or an event, rewarded at some lengths (`streaks`)."""

    class Every(models.TextChoices):
        """How long a step is."""

        WEEK = "week", _("week")
        MONTH = "month", _("month")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=40)
    every = models.CharField(_("every"), max_length=5, choices=Every)
    event = models.CharField(_("name of the event"), max_length=120, blank=True)
    """A purchase, where nothing is named."""
    grace = models.PositiveSmallIntegerField(_("steps that may be missed"), default=0)
    begins_on = models.DateField(_("from"))
    unit = models.ForeignKey("programs.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    rewards = models.JSONField(default=list)
    """Lengths and the points for each, `[[3, 50], [6, 150]]`."""
    badge = models.ForeignKey("programs.Badge", models.PROTECT, null=True, blank=True, related_name="+")
    """Of the longest of them."""
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)

    class Meta:
        verbose_name = _("streak")
        verbose_name_plural = _("streaks")
        constraints = (models.UniqueConstraint(fields=["program", "code"], name="programs_streak_code"),)


class Merit(models.Model):
    """What a member was given for one thing: points, a badge, or both; taken back when it turns out not to hold."""

    class Kind(models.TextChoices):
        """For what."""

        CHALLENGE = "challenge", _("challenge")
        STREAK = "streak", _("streak")
        REFERRAL = "referral", _("referral")
        BADGE = "badge", _("badge")

    kind = models.CharField(max_length=9, choices=Kind)
    subject_id = models.BigIntegerField()
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    mark = models.CharField(max_length=40, blank=True)
    """Which of several things of one subject: the beginning and length of a streak, the level of a referral."""
    turn = models.PositiveSmallIntegerField(default=1)
    points = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey("programs.Unit", models.PROTECT, null=True, related_name="+")
    posting_id = models.BigIntegerField(null=True)
    badge = models.ForeignKey("programs.Badge", models.PROTECT, null=True, related_name="+")
    earned_on = models.DateField()
    given_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("merit")
        verbose_name_plural = _("merits")
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject_id", "member", "mark", "turn"], name="programs_merit_key"),
            models.UniqueConstraint(
                fields=["kind", "subject_id", "member", "mark"],
                condition=Q(taken_back_at__isnull=True),
                name="programs_merit_once",
            ),
        )
        indexes = (models.Index(fields=["member", "-id"], name="programs_merit_member"),)


class Ballot(Told):
    """A question to the members: which reward there shall be, which cause is supported."""

    class Kind(models.TextChoices):
        """What is decided."""

        REWARD = "reward", _("reward")
        CAUSE = "cause", _("cause")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = (
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="programs_ballot_closes_after"),
        )


class BallotOption(Told):
    """One of the answers."""

    ballot = models.ForeignKey("programs.Ballot", models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("answer of a vote")
        verbose_name_plural = _("answers of votes")


class Vote(models.Model):
    """What a member voted for: one vote a member and ballot."""

    ballot = models.ForeignKey("programs.Ballot", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    option = models.ForeignKey("programs.BallotOption", models.PROTECT, related_name="+")
    voted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote of a member")
        verbose_name_plural = _("votes of members")
        constraints = (models.UniqueConstraint(fields=["ballot", "member"], name="programs_vote_once"),)


class Suggestion(models.Model):
    """What a member proposes, and what was answered; members see it when it is published."""

    class State(models.TextChoices):
        """What becomes of it."""

        NEW = "new", _("new")
        CONSIDERED = "considered", _("being considered")
        DONE = "done", _("done")
        DECLINED = "declined", _("declined")

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    member = models.ForeignKey("programs.Member", models.PROTECT, related_name="+")
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    answer = models.TextField(_("answer"), blank=True)
    published = models.BooleanField(_("seen by members"), default=False)
    written_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=150, blank=True)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        indexes = (models.Index(fields=["program", "state", "-id"], name="programs_suggestion_state"),)


class EarlyAccess(Named):
    """Something that members of some levels may see or buy before everybody else (`access`)."""

    program = models.ForeignKey("programs.Program", models.PROTECT, related_name="+")
    subject = models.CharField(_("of what"), max_length=120)
    """The code of a product or reward, or an address."""
    level_set = models.ForeignKey("programs.LevelSet", models.PROTECT, related_name="+")
    by_rank = models.JSONField(default=dict)
    """The day from which each rank may, `{"2": "2024-06-05"}`."""
    public_on = models.DateField(_("for everybody from"))

    class Meta:
        verbose_name = _("early access")
        verbose_name_plural = _("early accesses")
        constraints = (models.UniqueConstraint(fields=["program", "subject"], name="programs_earlyaccess_once"),)
