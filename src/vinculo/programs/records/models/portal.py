"""The portal: mails that let members in, how often somebody tried, and who is signed in. No secret is kept itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInAsk(models.Model):
    """Somebody gave an address to sign in; if it is a customer's, a mail with a code and a link goes there.

    Rows of addresses that nobody has look the same from outside, and are forgotten like all others.
    """

    handle_digest = models.BinaryField(max_length=32, unique=True)
    """Of what the asking browser holds: a code is good there alone."""
    address = models.CharField(max_length=254, blank=True)
    """Emptied when it was used; the row is forgotten within hours."""
    holder = models.CharField(max_length=80)
    """Whom wrong codes count against."""
    language = models.CharField(max_length=2)
    brought_by = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=120, blank=True)
    """Of somebody who wants to join and may be a stranger."""
    code_digest = models.BinaryField(max_length=32, null=True)
    link_digest = models.BinaryField(max_length=32, null=True, unique=True)
    choices = models.JSONField(default=list)
    """The customers and members, 0 for none, of whom the address is."""
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mail to sign in")
        verbose_name_plural = _("mails to sign in")
        indexes = (
            models.Index(fields=["holder"], name="programs_signinask_holder"),
            models.Index(fields=["asked_at"], name="programs_signinask_asked"),
        )


class SignInPace(models.Model):
    """How often somebody asked or tried, and until when there is no other try."""

    subject = models.CharField(max_length=80, unique=True)
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["tried_at"], name="programs_signinpace_tried"),)


class PortalSession(models.Model):
    """Somebody who is signed in to the portal, as one customer and member of those the address is of."""

    key_digest = models.BinaryField(max_length=32, unique=True)
    customer = models.ForeignKey("identify.Customer", models.PROTECT, null=True, related_name="+", db_constraint=False)
    member = models.ForeignKey("programs.Member", models.PROTECT, null=True, related_name="+")
    choices = models.JSONField(default=list)
    brought_by = models.CharField(max_length=16, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("session of the portal")
        verbose_name_plural = _("sessions of the portal")
        indexes = (models.Index(fields=["expires_at"], name="programs_portalsession_ends"),)
