"""The form in which a customer is added or changed by hand."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vinculo.identify import typed
from vinculo.identify.parties import issues
from vinculo.identify.records.models import Customer, Identifier
from vinculo.identify.records.selectors_hand import CHANGEABLE, PARTS, PLACE
from vinculo.measure.charts.reader import NOTHING
from vinculo.web import permission, shell
from vinculo.web.customers import naming
from vinculo.web.customers.naming import KINDS, STANDINGS

HELD = (*CHANGEABLE, *PLACE)
"""Fields of the form that the customer holds; the others add or remove identifiers."""
ADDED = ("email", "phone", "tax_id")
FIRST = {"email": _("E-mail"), "phone": _("Phone"), "tax_id": _("Tax number")}
"""What the first of them is called; then it is another one."""
NAMES = {
    "kind": _("Kind"),
    "standing": _("Standing"),
    "name": _("Name of the organisation"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "second_family_name": _("Second family name"),
    "language": _("Language"),
    "country": _("Country"),
    "acquisition_channel": _("Came by"),
    "acquired_on": _("Customer since"),
    "lines": _("Street and number"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "region": _("Region"),
}


def line(name: str, longest: int = 200, **more: str) -> forms.CharField:
    """Return a field of one line."""
    widget = forms.TextInput(attrs=more)
    return forms.CharField(
        label=NAMES[name], required=False, max_length=longest, widget=widget, show_hidden_initial=True
    )


class LongList(forms.Select):
    """A list of hundreds: a template for each would take longer than to find out who the customer is."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Write the list."""
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "",
            "<option{}>{}</option>",
            (
                (flatatt({"value": option["value"], "selected": option["selected"]}), option["label"])
                for _group, options, _place in widget["optgroups"]
                for option in options
            ),
        )
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), options)


class CustomerForm(forms.Form):
    """All that may be changed of a customer; what was shown goes along, so that nobody else's change is lost."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label=NAMES["kind"], choices=KINDS, widget=forms.RadioSelect, initial="person", show_hidden_initial=True
    )
    name = line("name", autocomplete="off")
    given_name = line("given_name", autocomplete="off")
    family_name = line("family_name", autocomplete="off")
    second_family_name = line("second_family_name", autocomplete="off")
    standing = forms.ChoiceField(
        label=NAMES["standing"], choices=STANDINGS, initial="prospect", show_hidden_initial=True
    )
    language = forms.ChoiceField(label=NAMES["language"], required=False, widget=LongList, show_hidden_initial=True)
    country = forms.ChoiceField(label=NAMES["country"], required=False, widget=LongList, show_hidden_initial=True)
    acquisition_channel = line("acquisition_channel", list="channels", autocomplete="off")
    acquired_on = forms.DateField(
        label=NAMES["acquired_on"],
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        show_hidden_initial=True,
        error_messages={"invalid": _("Expected: a day such as 31/12/2024.")},
    )
    lines = line("lines", autocomplete="off")
    postcode = line("postcode", 32, autocomplete="off")
    city = line("city", autocomplete="off")
    region = line("region", autocomplete="off")
    remove = forms.TypedMultipleChoiceField(
        label=_("Remove"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    email = forms.CharField(label=_("Another e-mail"), required=False, max_length=254)
    phone = forms.CharField(label=_("Another phone"), required=False, max_length=40)
    tax_id = forms.CharField(label=_("Another tax number"), required=False, max_length=40)
    anyway = forms.BooleanField(label=_("Save all the same"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, held: Mapping[str, str], identifiers: Iterable[Identifier] = ()
    ) -> None:
        super().__init__(data, initial=dict(held), label_suffix="")
        spoken = shell.language()
        self.typed = typed.Typed()
        removable = [each for each in identifiers if each.kind != Identifier.Kind.SOURCE_KEY]
        self.field("remove").choices = [(each.pk, described(each)) for each in removable]
        borne = {each.kind for each in removable}
        for name, label in FIRST.items():
            if name not in borne:
                self.fields[name].label = label
        self.field("language").choices = with_held(naming.languages(spoken), held.get("language", ""))
        self.field("country").choices = with_held(naming.countries(spoken), held.get("country", ""))

    def field(self, name: str) -> forms.ChoiceField:
        """Return a field of choices."""
        return cast(forms.ChoiceField, self.fields[name])

    def clean(self) -> dict[str, Any]:
        """Check what was typed by the rules of imports, and that there is a name."""
        found: dict[str, Any] = super().clean() or {}
        asked = {name: str(found.get(name) or "") for name in ADDED}
        if "postcode" in self.changed_data:
            asked["postcode"] = str(found.get("postcode") or "")
        self.typed = typed.read(asked, str(found.get("country") or "ES"))
        for name, remark in self.typed.refused.items():
            self.add_error(name, said(gettext("Expected: {what}."), remark))
        if found.get("kind") == Customer.Kind.ORGANISATION and not found.get("name"):
            self.add_error("name", gettext("An organisation needs a name."))
        if found.get("kind") == Customer.Kind.PERSON and not self.named(found):
            self.add_error("given_name", gettext("A person needs a given name or a family name."))
        return found

    def named(self, found: Mapping[str, Any]) -> bool:
        """Tell whether a person has a name: in its parts, or as it came in and is left alone."""
        alone = self.initial.get("kind") == Customer.Kind.PERSON and not {*PARTS, "kind"} & set(self.changed_data)
        return any(found.get(part) for part in PARTS) or (alone and bool(self.initial.get("name")))

    @property
    def wanted(self) -> dict[str, object]:
        """Return the fields the person changed, a whole name or the parts of one."""
        found = {name: self.cleaned_data[name] for name in HELD if name in self.changed_data}
        if "postcode" in found and "postcode" in self.typed.values:
            found["postcode"] = self.typed.values["postcode"]
        if self.cleaned_data["kind"] == Customer.Kind.ORGANISATION:
            renamed = {"kind", "name"} & set(found)
            kept = {name: value for name, value in found.items() if name not in PARTS}
            return {**kept, "name": self.cleaned_data["name"], **dict.fromkeys(PARTS, "")} if renamed else kept
        return {name: value for name, value in found.items() if name != "name"}

    @property
    def kind_seen(self) -> str:
        """Return the hidden field that goes along with the two buttons of the kind."""
        return self["kind"].as_hidden(only_initial=True)

    @property
    def whole_name(self) -> str:
        """Return the name as it will be."""
        found = self.cleaned_data
        if found["kind"] == Customer.Kind.ORGANISATION:
            return str(found["name"])
        return " ".join(filter(None, (found[part] for part in PARTS)))

    @property
    def seen(self) -> dict[str, object]:
        """Return what the fields said when the person looked."""
        return {name: self.data.get(self.add_initial_prefix(name), "") for name in HELD}

    @property
    def add(self) -> list[tuple[str, str]]:
        """Return the identifiers to be added."""
        return [(name, self.typed.values[name]) for name in ADDED if name in self.typed.values]

    @property
    def record(self) -> dict[str, object]:
        """Return what was typed as records are matched."""
        found = self.cleaned_data
        known = {name: found[name] or None for name in ("kind", *PARTS, "postcode", "city")}
        return {**known, "full_name": self.whole_name, "street": found["lines"] or None, **dict(self.add)}

    @property
    def remarks(self) -> list[str]:
        """Return what gives reason to doubt what was typed."""
        doubted, values = self.typed.doubted, self.typed.values
        return [said(gettext("{value}: {what}."), remark, values[name]) for name, remark in doubted.items()]

    def after(self, held: Mapping[str, str]) -> "CustomerForm":
        """Return the form as it would be had the person seen what is held by now: only what was typed is kept."""
        data = cast(QueryDict, self.data).copy()
        for name in HELD:
            data[self.add_initial_prefix(name)] = held[name]
            if name not in self.changed_data:
                data[name] = held[name]
        form = CustomerForm(data, held=held)
        form.fields["remove"] = self.fields["remove"]
        for name in self.changed_data:
            if name in HELD and str(self.seen[name]) != held[name]:
                now = naming.shown(name, held[name]) or gettext("nothing")
                form.add_error(name, gettext("Somebody else has written here: {value}.").format(value=now))
        return form


def said(template: str, remark: typed.Remark, value: str = "") -> str:
    """Say a remark in the language of the page."""
    translate = permission.analytical()
    meant = translate(issues.SUGGESTION).format(value=remark.suggestion) if remark.suggestion else ""
    return f"{template.format(what=translate(remark.sentence), value=value)} {meant}".strip()


def described(found: Identifier) -> str:
    """Name an identifier among others."""
    return f"{found.get_kind_display()}: {found.value}"


def with_held(choices: tuple[tuple[str, str], ...], value: str) -> list[tuple[str, str]]:
    """Return the choices after an empty one, with the value held even where it is none of them."""
    more = [(value, value)] if value and value not in dict(choices) else []
    return [("", NOTHING), *more, *choices]
