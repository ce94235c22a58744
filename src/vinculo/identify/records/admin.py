"""The back room of the customer base: the short lists that imports refer to, put right by hand."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from vinculo.identify.records.models import (
    Category,
    Channel,
    ConsentChannel,
    ConsentPurpose,
    Product,
    RelationKind,
    Source,
)


@admin.register(Source)
class SourceAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Where rows come from."""

    list_display = ("code", "name", "kind")
    search_fields = ("code", "name")


@admin.register(Channel)
class ChannelAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Ways to buy."""

    list_display = ("code", "name", "kind")
    search_fields = ("code", "name")


@admin.register(Category)
class CategoryAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Kinds of goods."""

    list_display = ("path", "name")
    search_fields = ("path",)
    autocomplete_fields = ("parent",)


@admin.register(Product)
class ProductAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """What is sold."""

    list_display = ("code", "name", "category", "source")
    search_fields = ("code__startswith", "search_text__startswith")
    list_select_related = ("category", "source")
    autocomplete_fields = ("category",)
    show_full_result_count = False


@admin.register(ConsentPurpose)
class ConsentPurposeAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """What personal data are used for, and what customers read before they agree."""

    list_display = ("name", "name_es", "basis", "by_channel", "active")
    search_fields = ("code", "name", "name_es")


@admin.register(ConsentChannel)
class ConsentChannelAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Ways to reach customers."""

    list_display = ("name", "name_es", "identifier_kind", "active")
    search_fields = ("code", "name", "name_es")


@admin.register(RelationKind)
class RelationKindAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Ways in which customers are bound to each other; what stands in use is not removed."""

    list_display = ("code", "family", "forward_en", "forward_es", "influence_share", "position")
    list_filter = ("family",)
    search_fields = ("code", "forward_en", "forward_es")
