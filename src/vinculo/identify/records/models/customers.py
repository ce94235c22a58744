"""Who the customers are, how they can be reached and where they live."""

from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vinculo.identify import folding


class Customer(models.Model):
    """A person or an organisation, actual or prospective, under an id of our own that is never used again."""

    class Kind(models.TextChoices):
        """What it is."""

        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")

    class Standing(models.TextChoices):
        """Whether it has bought."""

        ACTUAL = "actual", _("customer")
        PROSPECT = "prospect", _("prospect")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.PERSON)
    standing = models.CharField(_("standing"), max_length=16, choices=Standing.choices, default=Standing.ACTUAL)
    name = models.TextField(_("name"))
    given_name = models.TextField(_("given name"), default="", blank=True)
    family_name = models.TextField(_("family name"), default="", blank=True)
    second_family_name = models.TextField(_("second family name"), default="", blank=True)
    # In code-point order on every server: one index then serves the order of the list and the search by beginning.
    search_text = models.TextField(db_collation="C", editable=False, default="")
    language = models.CharField(_("language"), max_length=16, default="", blank=True)
    country = models.TextField(_("country"), default="", blank=True)
    acquisition_channel = models.TextField(_("acquisition channel"), default="", blank=True)
    acquired_on = models.DateField(_("acquired on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    imported = models.ForeignKey(
        "identify.Import",
        models.PROTECT,
        null=True,
        blank=True,
        db_column="import_id",
        related_name="customers",
        db_index=False,
        db_constraint=False,
    )

    merged_into = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, blank=True, related_name="parties", db_index=False, db_constraint=False
    )
    """The customer this party belongs to now (`Membership`); empty for one that is its own."""

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["search_text", "id"], name="identify_customer_search"),
            # New names wait in a list and are sorted in by thousands: a fifth of the time, and searches look there too.
            GinIndex(SearchVector("search_text", config="simple"), name="identify_customer_words", fastupdate=True),
            # The few among the many, in the order of the list.
            models.Index(
                fields=["search_text", "id"], condition=Q(standing="prospect"), name="identify_customer_prospects"
            ),
            models.Index(
                fields=["search_text", "id"], condition=Q(kind="organisation"), name="identify_customer_organised"
            ),
            # Who belongs to a customer, and who of some is another: few of many.
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="identify_customer_parties"
            ),
            models.Index(
                fields=["id"],
                include=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="identify_customer_merged",
            ),
            # Rows of one import lie together: a few pages tell where, and undoing it reads only those.
            BrinIndex(fields=["imported"], name="identify_customer_import", autosummarize=True),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["person", "organisation"]), name="identify_customer_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["actual", "prospect"]), name="identify_customer_standing_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the name folded for search."""
        self.search_text = folding.searched(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came


class Identifier(models.Model):
    """A typed value that points to a customer, with who issued it."""

    class Kind(models.TextChoices):
        """What the value is."""

        SOURCE_KEY = "source_key", _("customer number")
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        TAX_ID = "tax_id", _("tax number")
        VAT = "vat", _("VAT number")
        CARD = "card", _("loyalty card")
        OTHER = "other", _("other")

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey("identify.Customer", models.CASCADE, related_name="identifiers", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    value = models.TextField(_("value"))
    normalised = models.TextField(db_collation="C", editable=False)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    imported = models.ForeignKey(
        "identify.Import",
        models.PROTECT,
        null=True,
        blank=True,
        db_column="import_id",
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        indexes = [
            models.Index(fields=["normalised", "kind"], name="identify_identifier_search"),
            BrinIndex(fields=["imported"], name="identify_identifier_import", autosummarize=True),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "value"], condition=Q(kind="source_key"), name="identify_identifier_source_key"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "normalised", "source"], name="identify_identifier_once"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Address(models.Model):
    """A place where a customer lives, works, is billed or takes delivery."""

    class Kind(models.TextChoices):
        """What the place is for."""

        MAIN = "main", _("main")
        BILLING = "billing", _("billing")
        DELIVERY = "delivery", _("delivery")

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey("identify.Customer", models.CASCADE, related_name="addresses", db_index=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.MAIN)
    lines = models.TextField(_("street"), default="", blank=True)
    postcode = models.CharField(_("postcode"), max_length=32, default="", blank=True)
    city = models.TextField(_("city"), default="", blank=True)
    region = models.TextField(_("region"), default="", blank=True)
    country = models.TextField(_("country"), default="", blank=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="+", db_index=False)
    imported = models.ForeignKey(
        "identify.Import",
        models.PROTECT,
        null=True,
        blank=True,
        db_column="import_id",
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes = [BrinIndex(fields=["imported"], name="identify_address_import", autosummarize=True)]
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "source"], name="identify_address_one_a_source")
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.lines, self.postcode, self.city, self.country)))
