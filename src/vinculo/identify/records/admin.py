"""The back room of the customer base: the short lists that imports refer to, put right by hand."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from vinculo.identify.records.models import Category, Channel, Product, RelationKind, Source


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


@admin.register(RelationKind)
class RelationKindAdmin(ModelAdmin):  # type: ignore[misc] # unfold ships no types
    """Ways in which customers are bound to each other; what stands in use is not removed."""

    list_display = ("code", "family", "forward_en", "forward_es", "influence_share", "position")
    list_filter = ("family",)
    search_fields = ("code", "forward_en", "forward_es")
