"""Processing: the register of what personal data are used for (article 30 of the GDPR), made from what is set up."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vinculo.identify.records.models import (
    Address,
    ConsentEntry,
    ConsentPurpose,
    Customer,
    Identifier,
    Order,
    RetentionRule,
    Source,
    SourceRecord,
)

CATEGORIES = (
    (Customer, _("names, kind, language, country, how they came")),
    (Identifier, _("e-mail addresses, telephones, tax and customer numbers")),
    (Address, _("postal addresses")),
    (SourceRecord, _("what sources sent, as it came")),
    (Order, _("orders and their lines")),
    (ConsentEntry, _("consents with their evidence")),
)
"""Tables that hold personal data, and what of them."""
MEASURES = (
    _("Every page asks for a permission; most roles see persons masked."),
    _("The database writes an audit trail that the application cannot rewrite."),
    _("Files of the home are readable by their owner only; backups list what they hold and are verified."),
    _("Erasures are done again after a restore, and erased persons do not come back with a file."),
)


@dataclass(frozen=True)
class Activity:
    """One purpose."""

    name: str
    text: str
    basis: str
    recipients: str
    in_use: bool


@dataclass(frozen=True)
class Processing:
    """The register as of a moment."""

    made_at: datetime
    activities: tuple[Activity, ...]
    categories: tuple[tuple[str, str, int], ...]
    """Table, what it holds, and its rows."""
    sources: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, bool], ...]
    """Code of a role, and whether it sees persons unmasked."""
    retention: tuple[tuple[str, int | None, bool], ...]
    measures: tuple[str, ...]

    def plain(self) -> Mapping[str, Any]:
        """Return it as JSON has it."""
        return {**asdict(self), "made_at": self.made_at.isoformat()}


def register(*, now: datetime) -> Processing:
    """Return the register in the language of the page."""
    spoken = get_language() or "en"
    return Processing(
        made_at=now,
        activities=tuple(
            Activity(
                name=each.in_language(spoken),
                text=each.text_in(spoken),
                basis=str(ConsentPurpose.Basis(each.basis).label),
                recipients=each.recipients,
                in_use=each.active,
            )
            for each in ConsentPurpose.objects.all()
        ),
        categories=tuple(
            (str(model._meta.verbose_name_plural), str(words), model._default_manager.count())
            for model, words in CATEGORIES
        ),
        sources=tuple((str(each), str(each.get_kind_display())) for each in Source.objects.order_by("name", "id")),
        roles=tuple(
            (
                gettext(group.name.replace("_", " ").capitalize()),
                group.permissions.filter(codename="personal_data_view").exists(),
            )
            for group in Group.objects.order_by("id")
        ),
        retention=tuple(RetentionRule.objects.values_list("code", "months", "active")),
        measures=tuple(str(each) for each in MEASURES),
    )
