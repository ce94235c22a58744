"""The form of what there is to say of a relation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vinculo.identify.records.models import Relation
from vinculo.identify.records.relations.services import Details


class DetailsForm(forms.Form):
    """Days, post, part in decisions, share and a note; what does not fit the kind is refused by the store's rules."""

    use_required_attribute = False

    begins_on = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Until, that day not included"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    post = forms.CharField(label=_("Post"), required=False, max_length=200)
    decision = forms.ChoiceField(
        label=_("Part in decisions"),
        required=False,
        choices=[("", "–"), *Relation.Decision.choices],  # noqa: RUF001
    )
    main_contact = forms.BooleanField(label=_("Main contact"), required=False)
    share_percent = forms.DecimalField(label=_("Share in %"), required=False, max_digits=6, decimal_places=3)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000)

    @property
    def details(self) -> Details:
        """Return what was said."""
        return Details(**self.cleaned_data)

    @property
    def problem(self) -> str:
        """Return what is wrong, in one sentence a field."""
        return " ".join(f"{self.fields[name].label}: {' '.join(map(str, said))}" for name, said in self.errors.items())
