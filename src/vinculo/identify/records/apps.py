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
        """Let files and events speak again of whoever came back; say who is one, who lives together, how good it is."""
        from vinculo.identify.records import facts

        for fact in (facts.customer_created, facts.customer_changed):
            fact.connect(lift, dispatch_uid="identify.lift")
        facts.import_undone.connect(again, dispatch_uid="identify.again")
        facts.customers_linked.connect(merge, dispatch_uid="identify.merge")
        facts.matching_published.connect(look, dispatch_uid="identify.look")
        for fact in (facts.import_finished, facts.import_undone, facts.matching_published):
            fact.connect(measure, dispatch_uid="identify.measure")
        facts.import_finished.connect(match, dispatch_uid="identify.match")


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


def look(**fact: Any) -> None:
    """Look for households anew: who was kept apart by a matching may live together."""
    from vinculo.foundation import actor
    from vinculo.identify.records import tasks

    tasks.households_ask(by=actor.current().name)


def measure(**fact: Any) -> None:
    """Have the quality of the base measured soon."""
    from vinculo.identify.records.quality import measuring

    measuring.ask(**fact)


def match(**fact: Any) -> None:
    """Have what an import brought matched as soon as it is in."""
    from vinculo.identify.records.matching import asking

    asking.arrivals_ask()
