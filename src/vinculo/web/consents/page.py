"""The page of a customer's consents: what holds now, all that was said, and what is recorded on the telephone."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from vinculo.identify.records import selectors_customer
from vinculo.identify.records.consents import confirmation, log, selectors
from vinculo.identify.records.consents.log import Evidence
from vinculo.identify.records.models import ConsentEntry, Customer, Identifier
from vinculo.identify.records.rights import erased
from vinculo.web import permission, shell
from vinculo.web.customers import masking

RECORDING = ("staff.customer_view", "staff.consent_record", "staff.personal_data_view")
ORIGINS = (
    ("telephone", gettext_lazy("telephone")),
    ("in person", gettext_lazy("in person")),
    ("paper form", gettext_lazy("paper form")),
    ("e-mail", gettext_lazy("e-mail")),
    ("letter", gettext_lazy("letter")),
)


class ConsentForm(forms.Form):
    """An answer as a member of the staff records it."""

    topic = forms.ChoiceField(label=gettext_lazy("About"))
    action = forms.ChoiceField(
        label=gettext_lazy("What was said"),
        choices=[("given", gettext_lazy("agrees")), ("withdrawn", gettext_lazy("takes it back"))],
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    origin = forms.ChoiceField(label=gettext_lazy("Where it was said"), choices=ORIGINS)
    said = forms.CharField(
        label=gettext_lazy("What was read out or shown, and what shows it"), widget=forms.Textarea(attrs={"rows": 2})
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Until (if it ends)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **{"label_suffix": "", **more})
        self.topics = topics()
        self.fields["topic"].choices = [(code, named(*topic)) for code, topic in self.topics.items()]  # type: ignore[attr-defined]


def topics() -> dict[str, Any]:
    """Return what can be asked, by its code in forms."""
    return {
        f"{purpose.code}-{channel.code}" if channel else purpose.code: (purpose, channel)
        for purpose, channel in selectors.topics()
    }


def named(purpose: Any, channel: Any) -> str:
    """Return the name of a purpose and channel."""
    return f"{purpose}: {channel}" if channel else str(purpose)


def customer_of(customer_id: int) -> Customer:
    """Return a customer, or the page that says there is none."""
    found = selectors_customer.customers_of(customer_ids=[customer_id]).get(customer_id)
    if found is None:
        raise Http404
    return found


@require_GET
@permission.needs("staff.customer_view")
def consents_view(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Show what holds now and all that was said."""
    return page(request, customer_of(customer_id))


def page(
    request: HttpRequest, customer: Customer, *, form: ConsentForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the page."""
    ids = selectors.customer_ids_of(customer_id=customer.pk)
    personal = request.user.has_perm("staff.personal_data_view")
    recording = request.user.has_perms(RECORDING) and bool(customer.name)
    held = selectors.held(customer_ids=ids, now=timezone.now())
    numbers = selectors_customer.numbers_of(customer_ids=[customer.pk])
    context = {
        "customer": customer,
        "name": masking.name_of(customer, numbers.get(customer.pk, ""), personal=personal),
        "held": held,
        "blocked": next((each.blocked for each in held if each.blocked), ""),
        "history": list(selectors.entry_list(customer_ids=ids)),
        "personal": personal,
        "recording": recording,
    }
    if recording:
        today = timezone.localdate().isoformat()
        context["form"] = form or ConsentForm(initial={"day": today})
        context["addresses"] = emails(ids)
    return render(request, "consents/page.html", context, status=status)


def emails(ids: list[int]) -> dict[str, Identifier]:
    """Return the e-mail addresses of a customer."""
    found = Identifier.objects.filter(customer_id__in=ids, kind=Identifier.Kind.EMAIL).order_by("-id")
    return {each.value: each for each in found}


@require_POST
@permission.needs(*RECORDING)
def consent_record(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Write down what a customer said."""
    customer = customer_of(customer_id)
    erased.refuse(customer_id)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return page(request, customer, form=form, status=400)
    purpose, channel = form.topics[form.cleaned_data["topic"]]
    now = timezone.now()
    made = log.consent_record(
        customer_ids=selectors.customer_ids_of(customer_id=customer_id),
        purpose=purpose,
        channel=channel,
        action=form.cleaned_data["action"],
        evidence=Evidence(
            happened_at=moment_of(form.cleaned_data["day"], now, agreed=form.cleaned_data["action"] == "given"),
            origin=form.cleaned_data["origin"],
            text_shown=form.cleaned_data["said"],
            expires_on=form.cleaned_data["expires_on"],
        ),
        now=now,
    )
    messages.success(request, _("The answer was recorded.") if made else _("This was known already."))
    return redirect("consents", customer_id)


def moment_of(day: date, now: datetime, *, agreed: bool) -> datetime:
    """Return when something was said of which only the day is known: of that day, the moment that permits less."""
    if day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time.min if agreed else time.max))


@require_POST
@permission.needs(*RECORDING)
def consent_ask(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Send a customer the question whether he agrees; it counts when he confirms it."""
    customer_of(customer_id)
    ids = selectors.customer_ids_of(customer_id=customer_id)
    found, address = topics().get(request.POST.get("topic", "")), request.POST.get("address", "")
    if found is None or address not in emails(ids):
        raise Http404
    purpose, channel = found
    question = confirmation.Question(
        purpose=purpose,
        channel=channel,
        address=address,
        language=spoken_by(customer_id),
        origin="confirmed by e-mail",
        by=request.user.get_username(),
    )
    confirmation.confirmation_ask(customer_ids=ids, question=question, now=timezone.now())
    messages.success(request, _("The question is on its way to {address}.").format(address=address))
    return redirect("consents", customer_id)


@require_POST
@permission.needs(*RECORDING)
def preferences_send(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Send a customer the link of the preference page."""
    customer_of(customer_id)
    ids = selectors.customer_ids_of(customer_id=customer_id)
    address = request.POST.get("address", "")
    found = emails(ids).get(address)
    if found is None:
        raise Http404
    confirmation.preferences_send(identifier=found, language=spoken_by(customer_id))
    messages.success(request, _("The link is on its way to {address}.").format(address=address))
    return redirect("consents", customer_id)


def spoken_by(customer_id: int) -> str:
    """Return the language to write to a customer in."""
    spoken = customer_of(customer_id).language
    return spoken if spoken in ("en", "es") else shell.language()


def contact_of(customer_ids: Sequence[int]) -> dict[str, Any]:
    """Return whether and how a customer may be contacted, as its page says it in one line."""
    held = selectors.held(customer_ids=customer_ids, now=timezone.now())
    marketing = [each for each in held if each.purpose.code == selectors.MARKETING and each.channel]
    return {
        "blocked": next((each.blocked for each in held if each.blocked), ""),
        "by": [each.channel for each in marketing if each.contactable],
        "refused": [each.channel for each in marketing if each.state == ConsentEntry.Action.WITHDRAWN],
    }
