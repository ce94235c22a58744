"""Whom customers are bound to: relations of any kind with their days, households, and every change of them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class RelationKind(models.Model):
    """A way in which one customer stands to another, read both ways in both languages.

    Kinds are data: a company adds its own. `forward` is read on the page of the first about the second ("recommended"),
    `inverse` on the page of the second ("recommended by").
    """

    class Family(models.TextChoices):
        """What it is about."""

        HIERARCHY = "hierarchy", _("hierarchy of organisations")
        ROLE = "role", _("role in an organisation")
        REFERRAL = "referral", _("referral")
        FAMILY = "family", _("family")
        SOCIAL = "social", _("social")

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=32, unique=True)
    family = models.CharField(_("family"), max_length=16, choices=Family.choices)
    forward_en = models.TextField(_("read forward, English"))
    forward_es = models.TextField(_("read forward, Spanish"))
    inverse_en = models.TextField(_("read backward, English"))
    inverse_es = models.TextField(_("read backward, Spanish"))
    symmetric = models.BooleanField(_("the same both ways"), default=False)
    acyclic = models.BooleanField(_("never leads back to itself"), default=False)
    first_kind = models.CharField(_("the first is"), max_length=16, default="", blank=True)
    second_kind = models.CharField(_("the second is"), max_length=16, default="", blank=True)
    influence_share = models.DecimalField(
        _("share of the value attributed to who influences"), max_digits=4, decimal_places=3, default=0
    )
    position = models.IntegerField(_("place in lists"), default=100)

    class Meta:
        verbose_name = _("kind of relation")
        verbose_name_plural = _("kinds of relations")
        constraints = [
            models.CheckConstraint(
                condition=Q(family__in=["hierarchy", "role", "referral", "family", "social"]),
                name="identify_relationkind_family_known",
            ),
            models.CheckConstraint(
                condition=Q(first_kind__in=["", "person", "organisation"])
                & Q(second_kind__in=["", "person", "organisation"]),
                name="identify_relationkind_ends_known",
            ),
            models.CheckConstraint(
                condition=Q(influence_share__gte=0, influence_share__lte=1), name="identify_relationkind_share"
            ),
            # What leads up leads back when it is the same both ways.
            models.CheckConstraint(
                condition=Q(symmetric=False) | Q(acyclic=False), name="identify_relationkind_one_way_or_both"
            ),
            models.CheckConstraint(
                condition=~Q(family="hierarchy") | Q(acyclic=True), name="identify_relationkind_hierarchies_end"
            ),
        ]

    def __str__(self) -> str:
        return self.read()

    def read(self, *, backward: bool = False) -> str:
        """Return how it is read, in the language of the page."""
        spoken = "es" if (get_language() or "en").startswith("es") else "en"
        return str(getattr(self, f"{'inverse' if backward else 'forward'}_{spoken}"))


class Relation(models.Model):
    """One customer bound to another from a day until a day; ended by a date, never removed.

    Periods are half-open: it holds on `begins_on` and no more on `ends_on`; no day is known where there is none. A
    trigger keeps acyclic kinds free of circles on every single day, and the shares of a whole at or below 100 %.
    """

    class Decision(models.TextChoices):
        """What a person does when the organisation decides (Webster & Wind 1972: the buying centre)."""

        DECIDER = "decider", _("decides")
        BUYER = "buyer", _("buys")
        INFLUENCER = "influencer", _("influences")
        USER = "user", _("uses")
        GATEKEEPER = "gatekeeper", _("opens the door")
        INITIATOR = "initiator", _("initiates")

    id = models.BigAutoField(primary_key=True)
    kind = models.ForeignKey("identify.RelationKind", models.PROTECT, related_name="+", db_index=False)
    first = models.ForeignKey("identify.Customer", models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey("identify.Customer", models.PROTECT, related_name="+", db_index=False)
    begins_on = models.DateField(_("since"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    share_percent = models.DecimalField(_("share"), max_digits=6, decimal_places=3, null=True, blank=True)
    post = models.TextField(_("post"), default="", blank=True)
    decision = models.CharField(_("decision"), max_length=16, choices=Decision.choices, default="", blank=True)
    main_contact = models.BooleanField(_("main contact"), default=False)
    note = models.TextField(_("note"), default="", blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        indexes = [
            models.Index(fields=["first", "kind"], name="identify_relation_first"),
            models.Index(fields=["second", "kind"], name="identify_relation_second"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="identify_relation_two"),
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="identify_relation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True) | Q(share_percent__gt=0, share_percent__lte=100),
                name="identify_relation_share",
            ),
            models.UniqueConstraint(
                fields=["first", "second", "kind", "post"],
                condition=Q(ends_on__isnull=True),
                name="identify_relation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.kind_id} {self.second_id}"


class LinkChange(models.Model):
    """One change of a relation or of a place in a household: what it was, what it became, who did it; never changed."""

    class Subject(models.TextChoices):
        """What was changed."""

        RELATION = "relation", _("relation")
        MEMBERSHIP = "membership", _("place in a household")

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=16, choices=Subject.choices)
    row_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    other_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.TextField(default="", blank=True)
    recorded_at = models.DateTimeField()
    import_id = models.BigIntegerField(null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        verbose_name = _("change of a relation")
        verbose_name_plural = _("changes of relations")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["customer_id", "-id"], name="identify_linkchange_customer"),
            models.Index(fields=["other_id", "-id"], name="identify_linkchange_other"),
            models.Index(fields=["subject", "row_id", "-id"], name="identify_linkchange_row"),
            models.Index(fields=["import_id"], condition=Q(import_id__isnull=False), name="identify_linkchange_import"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.row_id}"


class Household(models.Model):
    """Persons who live together or share how they are reached; a customer may belong to several."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(_("name"), default="", blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class HouseholdMembership(models.Model):
    """A customer in a household from a day until a day; half-open, as relations are."""

    class Kind(models.TextChoices):
        """Why they belong together."""

        FAMILY = "family", _("family")
        ADDRESS = "address", _("shared address")
        CONTACT = "contact", _("shared means of contact")

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey("identify.Household", models.CASCADE, related_name="memberships", db_index=False)
    customer = models.ForeignKey("identify.Customer", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.FAMILY)
    begins_on = models.DateField(_("since"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    suggested = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("place in a household")
        verbose_name_plural = _("places in households")
        indexes = [
            models.Index(fields=["customer"], name="identify_membership_customer"),
            models.Index(fields=["household"], name="identify_membership_household"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["family", "address", "contact"]), name="identify_membership_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="identify_membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["household", "customer"], condition=Q(ends_on__isnull=True), name="identify_membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}/{self.customer_id}"


class HouseholdPair(models.Model):
    """Two persons whom a rule takes for one household, and what the staff said to it; said once, never asked again.

    Its customers are no keys of the database: an import that is taken back need not know of it. A pair of somebody who
    is gone is not shown, and goes when households are looked for again.
    """

    class State(models.TextChoices):
        """What was said."""

        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(
        "identify.Customer", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    second = models.ForeignKey(
        "identify.Customer", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(_("kind"), max_length=16, choices=HouseholdMembership.Kind.choices)
    evidence = models.JSONField(default=list)
    """What they share: `address`, `phone`, `email`, `surname`."""
    # The lowest customer of all who hang together by open pairs: one question, however many they are.
    group_id = models.BigIntegerField()
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.OPEN)
    suggested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("suggested household")
        verbose_name_plural = _("suggested households")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["group_id"], condition=Q(state="open"), name="identify_pair_open"),
            models.Index(fields=["second"], name="identify_pair_second"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="identify_pair_in_order"),
            models.UniqueConstraint(fields=["first", "second"], name="identify_pair_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}/{self.second_id}"
