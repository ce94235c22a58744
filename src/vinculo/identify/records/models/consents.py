"""What customers agreed to: purposes, channels, the log of their answers, and requests to confirm by e-mail."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def customer_key() -> Any:
    """Return a key to a customer that outlives it: the log says what was answered even when the row has gone."""
    return models.ForeignKey("identify.Customer", models.DO_NOTHING, related_name="+", db_constraint=False)


class Named(models.Model):
    """Something with a name in both languages."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.TextField(_("name in English"))
    name_es = models.TextField(_("name in Spanish"))
    active = models.BooleanField(_("in use"), default=True)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.in_language(get_language() or "en")

    def in_language(self, spoken: str) -> str:
        """Return the name in a language."""
        return self.name_es if spoken.startswith("es") else self.name


class ConsentChannel(Named):
    """A way to reach a customer, and the kind of identifier it needs (none: an address of the post)."""

    identifier_kind = models.CharField(_("identifier it needs"), max_length=16, default="", blank=True)

    class Meta:
        verbose_name = _("contact channel")
        verbose_name_plural = _("contact channels")
        ordering = ("position", "id")


class ConsentPurpose(Named):
    """What personal data are used for: on what legal basis, and what a customer reads before agreeing."""

    class Basis(models.TextChoices):
        """Why it is lawful (article 6 of the GDPR)."""

        CONSENT = "consent", _("consent")
        CONTRACT = "contract", _("contract")
        INTEREST = "interest", _("legitimate interest")
        DUTY = "duty", _("legal duty")

    text = models.TextField(_("text in English"), default="", blank=True)
    text_es = models.TextField(_("text in Spanish"), default="", blank=True)
    basis = models.CharField(_("legal basis"), max_length=16, choices=Basis.choices, default=Basis.CONSENT)
    by_channel = models.BooleanField(_("asked for each channel"), default=False)
    recipients = models.TextField(_("who else receives the data"), default="", blank=True)

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        ordering = ("position", "id")

    def text_in(self, spoken: str) -> str:
        """Return what a customer reads before agreeing."""
        return self.text_es if spoken.startswith("es") else self.text


class ConsentEntry(models.Model):
    """One answer of a customer; never changed and never removed, save by an erasure (a trigger refuses)."""

    class Action(models.TextChoices):
        """What was said."""

        GIVEN = "given", _("given")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    id = models.BigAutoField(primary_key=True)
    customer = customer_key()
    covers = models.JSONField(default=list)
    """The other ids that were the same customer when this was said: it counts for them while they are."""
    purpose = models.ForeignKey("identify.ConsentPurpose", models.PROTECT, related_name="+")
    channel = models.ForeignKey("identify.ConsentChannel", models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("what was said"), max_length=16, choices=Action.choices)
    happened_at = models.DateTimeField(_("when"))
    expires_on = models.DateField(_("until"), null=True)
    origin = models.TextField(_("origin"))
    form = models.TextField(_("form and version"), default="")
    text_shown = models.TextField(_("text shown"), default="")
    address = models.TextField(_("address"), default="")
    evidence = models.JSONField(default=dict)
    source = models.ForeignKey("identify.Source", models.PROTECT, null=True, related_name="+")
    imported = models.ForeignKey(
        "identify.Import", models.PROTECT, null=True, db_column="import_id", related_name="+", db_constraint=False
    )
    recorded_by = models.TextField(default="")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["customer", "happened_at"], name="identify_consent_customer")]
        constraints = [
            models.CheckConstraint(condition=~Q(origin=""), name="identify_consent_has_an_origin"),
            models.CheckConstraint(
                condition=Q(action__in=["given", "withdrawn", "expired"]), name="identify_consent_action_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.happened_at:%Y-%m-%d}"


class ConsentRequest(models.Model):
    """A question sent by e-mail, waiting to be confirmed (double opt-in); its link works once."""

    id = models.BigAutoField(primary_key=True)
    customer = customer_key()
    purpose = models.ForeignKey("identify.ConsentPurpose", models.PROTECT, related_name="+")
    channel = models.ForeignKey("identify.ConsentChannel", models.PROTECT, null=True, related_name="+")
    address = models.TextField()
    language = models.CharField(max_length=16, default="en")
    form = models.TextField(default="")
    text_shown = models.TextField(default="")
    origin = models.TextField(default="")
    requested_by = models.TextField(default="")
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer"], name="identify_request_customer")]

    def __str__(self) -> str:
        return f"{self.purpose_id}/{self.channel_id} {self.requested_at:%Y-%m-%d}"
