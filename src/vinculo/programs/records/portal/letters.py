"""Letters: the mails of the portal. They are messages of service: nobody has to agree to them to get what was asked."""

import secrets
from datetime import datetime
from urllib.parse import quote

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from vinculo.identify.records.consents import links
from vinculo.programs.portal import codes, pacing
from vinculo.programs.records.models import SignInAsk
from vinculo.programs.records.portal import paces, people, secret


def letter_write(*, ask_id: int, now: datetime) -> EmailMessage | None:
    """Return the mail that lets somebody in; nothing when the address is nobody's, or was written to too often.

    Code and link are drawn here and kept as digests alone. Written again, after a mail server failed, they are new.
    """
    asked = SignInAsk.objects.filter(pk=ask_id, used_at=None, expires_at__gt=now).first()
    if asked is None:
        return None
    choices = people.choices_of(asked.address)
    if not choices and not asked.name:
        return None
    holder = f"customer:{choices[0][0]}" if choices else asked.holder
    if paces.charge({f"letters:{holder}": pacing.MEMBER}, now=now):
        return None
    code, link = codes.draw(secrets.randbelow), secrets.token_urlsafe(32)
    asked.holder, asked.choices = holder, people.kept(choices)
    asked.code_digest = secret.digest("code", bytes(asked.handle_digest).hex(), code)
    asked.link_digest = secret.digest("link", link)
    asked.save(update_fields=["holder", "choices", "code_digest", "link_digest"])
    known = people.bearing(asked.address)
    # To the address as we know it: what was typed may be another mailbox that folds into the same capitals.
    return message(known[0].value.strip() if known else asked.address, asked.language, code, link)


def message(address: str, language: str, code: str, link: str) -> EmailMessage:
    """Return the mail with a code and a link."""
    place = links.absolute(reverse("portal_link", args=[quote(link)]))
    with translation.override(language):
        lines = (
            _("This is your code to sign in:"),
            f"    {codes.shown(code)}",
            _("Or open this page:"),
            f"    {place}",
            _("Both work once, for a quarter of an hour. Nobody of ours will ever ask you for the code."),
            _("If you did not want to sign in, you need do nothing: without this mail nobody gets in."),
        )
        subject = _("Your code: {code}").format(code=codes.shown(code))
        return EmailMessage(subject=subject, body="\n\n".join(lines) + "\n", to=[address])
