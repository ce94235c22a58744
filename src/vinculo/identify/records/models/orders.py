"""What was bought, where, and what of it came back."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.Model):
    """A way to buy: a shop in a street, a web site, the telephone."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(_("code"), unique=True, db_collation="C")
    name = models.TextField(_("name"))
    kind = models.CharField(_("kind"), max_length=32, default="", blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """One order, invoice or ticket of one source; without a customer when a guest bought.

    Its keys are no constraints of the database, as those of its lines are not: checking them one by one at the end of
    an import took longer than writing all the orders.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(
        "identify.Source", models.PROTECT, related_name="orders", db_index=False, db_constraint=False
    )
    number = models.TextField(_("number"), db_collation="C")
    customer = models.ForeignKey(
        "identify.Customer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_index=False,
        db_constraint=False,
    )
    happened_at = models.DateTimeField(_("date"))
    channel = models.ForeignKey(
        "identify.Channel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    currency = models.CharField(_("currency"), max_length=3)
    imported = models.ForeignKey(
        "identify.Import",
        models.PROTECT,
        null=True,
        blank=True,
        db_column="import_id",
        related_name="orders",
        db_index=False,
        db_constraint=False,
    )
    by_events = models.BooleanField(default=False, db_default=False)
    """Events brought it, and say what it is: it came neither by a file nor by a call."""

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["customer", "-happened_at", "-id"], name="identify_order_customer"),
            BrinIndex(fields=["imported"], name="identify_order_import", autosummarize=True),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="identify_order_number")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line of an order. The line in force is the one no later import has superseded.

    Its keys are no constraints of the database, its number has no index of single values, and no index finds the lines
    of a customer (the orders do): lines come ten million at a time (decision 0005). The import has just looked every
    key up; `vinculo doctor` counts those that point nowhere. Whoever looks for a line by its number names its order
    too, or reads the few pages that hold its range.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(
        "identify.Order", models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        "identify.Customer", models.PROTECT, null=True, related_name="lines", db_index=False, db_constraint=False
    )
    product = models.ForeignKey(
        "identify.Product", models.PROTECT, null=True, related_name="lines", db_index=False, db_constraint=False
    )
    happened_at = models.DateTimeField(_("date"))
    line_key = models.TextField(db_collation="C")
    line_kind = models.CharField(_("kind of line"), max_length=16)
    description = models.TextField(_("description"), null=True)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4)
    gross_minor = models.BigIntegerField(_("gross"))
    discount_minor = models.BigIntegerField(_("discount"), default=0)
    net_minor = models.BigIntegerField(_("net"))
    cost_minor = models.BigIntegerField(_("cost"), null=True)
    tax_minor = models.BigIntegerField(_("tax"), null=True)
    returns_line = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="returned_by", db_index=False, db_constraint=False
    )
    imported = models.ForeignKey(
        "identify.Import",
        models.PROTECT,
        null=True,
        blank=True,
        db_column="import_id",
        related_name="lines",
        db_index=False,
        db_constraint=False,
    )
    row_number = models.BigIntegerField(null=True)
    superseded_by = models.ForeignKey(
        "identify.Import", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        indexes = [
            BrinIndex(fields=["imported"], name="identify_line_import", autosummarize=True),
            BrinIndex(fields=["id"], name="identify_line_number", autosummarize=True),
            models.Index(
                fields=["superseded_by"], condition=Q(superseded_by__isnull=False), name="identify_line_superseded"
            ),
            models.Index(
                fields=["returns_line"], condition=Q(returns_line__isnull=False), name="identify_line_returns"
            ),
        ]
        constraints = [
            # One line in force for each key of an order; the index also finds the lines of an order.
            models.UniqueConstraint(
                fields=["order", "line_key"], condition=Q(superseded_by__isnull=True), name="identify_line_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.line_key}"
