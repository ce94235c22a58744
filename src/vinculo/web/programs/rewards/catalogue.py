"""The catalogue: every reward with its price, its stock and how it stands, and the page of each."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vinculo.programs.records.models import Program, Reward
from vinculo.programs.records.rewards import catalogue, selectors, stock
from vinculo.web import permission
from vinculo.web.programs import door, layout, tables
from vinculo.web.programs.layout import form_shown, kept, tabs_of, tried
from vinculo.web.programs.rewards.form import PriceForm, RewardForm
from vinculo.web.programs.rewards.places import TABS
from vinculo.web.programs.tables import DAY, POINTS, Column, Link, Table, Tag

State = Reward.State
TONES = {State.OFFERED: "good", State.STOPPED: "bad"}
MANAGE = (door.SEE, door.MANAGE)


@require_GET
@permission.needs(door.SEE)
def reward_list(request: HttpRequest, program: str) -> HttpResponse:
    """Show the catalogue."""
    found = door.program_of(program)
    context: dict[str, Any] = {
        "title": _("Rewards"),
        "tables": [catalogue_table(found).shown(door.reader_of(found))],
        "figures": tables.FIGURES,
        "tabs": tabs_of(request, found, TABS),
    }
    return door.shown(request, found, "programs/rewards/list.html", context)


def catalogue_table(program: Program) -> Table:
    """Return the rewards of a programme."""
    known = list(selectors.reward_list(program_id=program.pk))
    left = selectors.left_of(known)
    stopped = selectors.full_of(program.pk, known, None, timezone.now())
    columns = [
        Column(_("Reward")),
        Column(_("Kind")),
        Column(_("Points"), POINTS, _("The price for all; others may have one of their own.")),
        Column(_("Left"), POINTS, _("The fewer of stock and codes at hand.")),
        Column(_("Set aside"), POINTS, _("For members who have not used it yet.")),
        Column(_("Offered from"), DAY),
        Column(_("No more from"), DAY),
        Column(_("Prices of their own"), POINTS, _("For levels and segments.")),
        Column(_("State")),
        Column(_("Budget")),
    ]
    rows = [
        [
            Link(str(each), reverse("program_reward", args=[program.code, each.pk])),
            *(str(each.get_kind_display()), each.points, left[each.pk], each.held),
            *(each.offered_from, each.offered_to, len(each.prices.all())),
            Tag(str(each.get_state_display()), TONES.get(State(each.state), "")),
            Tag(_("stopped by a limit"), "bad") if each.pk in stopped else "",
        ]
        for each in known
    ]
    return Table("rewards", _("Catalogue"), columns, rows)


def reward_of(program: Program, reward_id: int) -> Reward:
    """Return a reward of a programme, or the page that says there is none."""
    found = selectors.reward_list(program_id=program.pk).filter(pk=reward_id).first()
    if found is None:
        raise Http404
    return found


@require_GET
@permission.needs(door.SEE)
def reward_page(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Show a reward, its prices, its stock and its codes."""
    found = door.program_of(program)
    return page(request, found, reward_of(found, reward_id), PriceForm(program=found))


def page(request: HttpRequest, program: Program, reward: Reward, form: PriceForm) -> HttpResponse:
    """Show the page of a reward with the form of a price."""
    context: dict[str, Any] = {
        "title": str(reward),
        "reward": reward,
        "tone": TONES.get(State(reward.state), ""),
        "prices": [(form.whom(each), each) for each in reward.prices.order_by("level", "segment")],
        "left": selectors.left_of([reward])[reward.pk],
        "codes": selectors.code_counts(reward_id=reward.pk),
        "pooled": reward.codes == Reward.Codes.POOL,
        "form": form,
        "tabs": tabs_of(request, program, TABS),
    }
    return door.shown(request, program, "programs/rewards/page.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def reward_new(request: HttpRequest, program: str) -> HttpResponse:
    """Write a reward down."""
    found = door.program_of(program)
    form = RewardForm(request.POST or None, program=found)

    def write() -> None:
        catalogue.reward_create(
            program_id=found.pk, code=form.cleaned_data["code"], draft=form.draft, now=timezone.now()
        )

    if kept(request, form, write, _("The reward was written down; it is offered when somebody says so.")):
        return redirect("program_rewards", program)
    return form_shown(request, found, form, title=_("New reward"), back=reverse("program_rewards", args=[program]))


@require_http_methods(["GET", "POST"])
@permission.needs(*MANAGE)
def reward_change(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Change a reward."""
    found = door.program_of(program)
    reward = reward_of(found, reward_id)
    form = RewardForm(request.POST or None, program=found, reward=reward)
    if kept(
        request,
        form,
        lambda: catalogue.reward_change(reward_id=reward.pk, draft=form.draft),
        _("The change was saved."),
    ):
        return redirect("program_reward", program, reward_id)
    back = reverse("program_reward", args=[program, reward_id])
    note = _("What was redeemed keeps its price.") if reward.state != State.DRAFT else ""
    return form_shown(request, found, form, title=_("Change the reward"), back=back, note=note)


@require_POST
@permission.needs(door.SEE, door.APPROVE)
def reward_state(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Offer a reward, or offer it no more."""
    reward = reward_of(door.program_of(program), reward_id)
    offer = request.POST.get("state") == State.OFFERED
    work = catalogue.reward_offer if offer else catalogue.reward_stop
    done = _("The reward is offered.") if offer else _("The reward is offered no more.")
    tried(request, lambda: work(reward_id=reward.pk), done)
    return redirect("program_reward", program, reward_id)


@require_POST
@permission.needs(*MANAGE)
def reward_stock(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Add pieces to the stock, or take some away."""
    reward = reward_of(door.program_of(program), reward_id)
    given = request.POST.get("pieces", "").strip().replace("\u2212", "-")
    count = layout.number_of(given.removeprefix("-"))
    pieces = 0 if count is None or count > 10**12 else -count if given.startswith("-") else count
    if pieces:
        tried(request, lambda: stock.stock_add(reward_id=reward.pk, pieces=pieces), _("The stock was changed."))
    return redirect("program_reward", program, reward_id)


@require_POST
@permission.needs(*MANAGE)
def price_set(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Set the price of a level or a segment."""
    found = door.program_of(program)
    reward = reward_of(found, reward_id)
    form = PriceForm(request.POST, program=found)
    if kept(request, form, lambda: catalogue.price_set(reward_id=reward.pk, price=form.price), _("The price was set.")):
        return redirect("program_reward", program, reward_id)
    return page(request, found, reward, form)


@require_POST
@permission.needs(*MANAGE)
def price_remove(request: HttpRequest, program: str, reward_id: int) -> HttpResponse:
    """Take a price of a level or a segment back."""
    reward = reward_of(door.program_of(program), reward_id)
    level, segment = request.POST.get("level", ""), request.POST.get("segment", "")
    tried(
        request,
        lambda: catalogue.price_remove(reward_id=reward.pk, level=level, segment=segment),
        _("The price was taken back."),
    )
    return redirect("program_reward", program, reward_id)
