"""The Django app of the common customer base."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentifyConfig(AppConfig):
    """The common customer base: who is this."""

    name = "vinculo.identify.records"
    label = "identify"
    verbose_name = _("Customer base")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let files speak again of whoever has come back, and events of who is one customer and of what a file said."""
        from vinculo.identify.records import facts

        for fact in (facts.customer_created, facts.customer_changed):
            fact.connect(lift, dispatch_uid="identify.lift")
        facts.import_undone.connect(again, dispatch_uid="identify.again")
        facts.customers_linked.connect(merge, dispatch_uid="identify.merge")


def lift(**fact: Any) -> None:
    """Take the tombstones away of what a customer bears."""
    from vinculo.identify.records.rights import tombstones

    tombstones.lift(**fact)


def again(*, import_id: int, now: datetime, **_fact: Any) -> None:
    """Let events say again what a file that is undone had said first."""
    from vinculo.identify.records.events import replay

    replay.orders_again(import_id=import_id, now=now)


def merge(**fact: Any) -> None:
    """Make one customer of two that an event says to be one."""
    from vinculo.identify.records.membership import linked

    linked.merge(**fact)
