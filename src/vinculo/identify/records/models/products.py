"""What is sold."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vinculo.identify import folding


class Category(models.Model):
    """A kind of goods, inside a wider one or none; its path names them all from the widest, joined by ` / `."""

    id = models.BigAutoField(primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.TextField(_("name"))
    path = models.TextField(_("path"), unique=True, db_collation="C")

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.path


class Product(models.Model):
    """Something that is sold, as one source codes it."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey("identify.Source", models.PROTECT, related_name="products", db_index=False)
    code = models.TextField(_("code"), db_collation="C")
    name = models.TextField(_("name"), default="", blank=True)
    search_text = models.TextField(db_collation="C", editable=False, default="")
    category = models.ForeignKey("identify.Category", models.PROTECT, null=True, blank=True, related_name="products")
    list_price_minor = models.BigIntegerField(_("list price"), null=True, blank=True)
    unit_cost_minor = models.BigIntegerField(_("unit cost"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="", blank=True)
    imported = models.ForeignKey(
        "identify.Import",
        models.PROTECT,
        null=True,
        blank=True,
        db_column="import_id",
        related_name="products",
        editable=False,
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [models.Index(fields=["search_text", "id"], name="identify_product_search")]
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="identify_product_code"),
            models.CheckConstraint(
                condition=Q(list_price_minor__isnull=True, unit_cost_minor__isnull=True) | ~Q(currency=""),
                name="identify_product_money_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with code and name folded for search."""
        self.search_text = folding.searched(f"{self.code} {self.name}")
        super().save(*args, **kwargs)  # type: ignore[arg-type] # passed on as they came
