"""The form of what is known of a lead."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from vinculo.foundation import money
from vinculo.identify.leads import stages
from vinculo.identify.records.leads.services import Prospect
from vinculo.identify.records.models import Category, Lead, Product
from vinculo.web import shell

NONE = ("", "–")  # noqa: RUF001 # an en dash is what stands where there is nothing


class LeadForm(forms.Form):
    """Where a lead came from, what for, who looks after it, and what is expected of it when."""

    use_required_attribute = False

    source = forms.CharField(
        label=_("Source"), required=False, max_length=200, widget=forms.TextInput(attrs={"list": "sources"})
    )
    interest = forms.CharField(label=_("Interest"), required=False, max_length=500)
    product = forms.CharField(label=_("Code of a product"), required=False, max_length=200)
    category = forms.ChoiceField(label=_("Category"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    amount = forms.DecimalField(label=_("Expected amount"), required=False, min_value=0, max_digits=14)
    expected_on = forms.DateField(
        label=_("Expected on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    stage = forms.ChoiceField(label=_("Stage"), choices=Lead.Stage.choices[: len(stages.OPEN)], required=False)

    def __init__(
        self, data: QueryDict | None = None, *, currency: str, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), label_suffix="")
        self.currency = currency
        self.choices("owner", [(str(each.pk), str(each)) for each in owners()])
        found = Category.objects.order_by("path").values_list("pk", "path")[:500]
        self.choices("category", [(str(key), path) for key, path in found])

    def choices(self, name: str, offered: list[tuple[str, str]]) -> None:
        """Offer these choices and none."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [NONE, *offered]

    def clean_product(self) -> Product | None:
        """Return the product of a code; one that is unknown is refused."""
        code = self.cleaned_data["product"].strip()
        found = Product.objects.filter(code=code).order_by("id").first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("There is no product of this code."))
        return found

    @property
    def prospect(self) -> Prospect:
        """Return what was said."""
        said = self.cleaned_data
        amount = said["amount"]
        return Prospect(
            source=said["source"],
            interest=said["interest"],
            product_id=said["product"].pk if said["product"] else None,
            category_id=int(said["category"]) if said["category"] else None,
            owner_id=int(said["owner"]) if said["owner"] else None,
            amount_minor=None if amount is None else money.to_minor(amount, self.currency),
            currency="" if amount is None else self.currency,
            expected_on=said["expected_on"],
        )


def owners() -> list[Any]:
    """Return the users who may look after leads."""
    return list(get_user_model().objects.filter(is_active=True).order_by("username")[:500])


def initial_of(lead: Lead) -> dict[str, Any]:
    """Return what the form of a lead begins with."""
    unit = money.minor_per_major(lead.currency or "EUR")
    return {
        "source": lead.source,
        "interest": lead.interest,
        "product": lead.product.code if lead.product else "",
        "category": str(lead.category_id or ""),
        "owner": str(lead.owner_id or ""),
        "amount": None if lead.amount_minor is None else lead.amount_minor / unit,
        "expected_on": lead.expected_on,
    }


def currency_of(request: Any, lead: Lead | None = None) -> str:
    """Return the currency of a lead: its own, or that of the page."""
    return (lead.currency if lead else "") or shell.reader(request).currency
