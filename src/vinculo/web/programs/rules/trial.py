"""A dry run: one order, made up or real, and what each rule would give for it and why; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vinculo.foundation import money
from vinculo.foundation.errors import InputError
from vinculo.identify.records.membership import selectors as membership
from vinculo.identify.records.models import Order, OrderLine, Source
from vinculo.programs.earning import rules as ruled
from vinculo.programs.earning.explanation import Told
from vinculo.programs.records.ledger import members
from vinculo.programs.records.models import Member, PointsPaid, Program, Rule, RuleVersion
from vinculo.programs.records.rules import services as rules
from vinculo.programs.records.rules import trying
from vinculo.programs.records.rules.trying import Tried, TriedLine
from vinculo.programs.records.till import finding
from vinculo.web import permission
from vinculo.web.programs import door
from vinculo.web.programs.rules import listing, words

LINES, LONGEST = 4, 200
TRIGGERS = ("purchase", *ruled.OF_EVENTS)
MOST_MAJOR = Decimal(10) ** 10


class TrialError(InputError):
    """What was written cannot be tried."""

    code = "trial.unusable"


@dataclass(frozen=True)
class Row:
    """One line of the form, as it was typed."""

    product: str = ""
    category: str = ""
    quantity: str = ""
    net: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@permission.needs(door.MANAGE, "staff.member_view")
def trial(request: HttpRequest, program: str, rule_id: int | None = None) -> HttpResponse:
    """Try the rules in force, with the draft of one in place of it."""
    found = door.program_of(program)
    rule = listing.rule_of(found, rule_id) if rule_id else None
    work = listing.in_work(rule) if rule else None
    context: dict[str, Any] = {
        "rule": rule,
        "work": work,
        "triggers": [(each, words.TRIGGERS["spend" if each == "purchase" else each]) for each in TRIGGERS],
        "said": request.POST,
        "rows": rows_of(request),
    }
    if request.method == "POST":
        try:
            tried = tried_of(request, found)
            told = trying.dry_run(program_id=found.pk, tried=tried, versions=versions_of(found, work))
            context |= shown(found, tried, told)
        except InputError as error:
            context["problem"] = permission.said(error)
    return door.shown(request, found, "programs/rules/trial.html", context)


def versions_of(program: Program, work: RuleVersion | None) -> list[int] | None:
    """Return the versions in force, the draft in place of its rule; nothing where none is in work."""
    if work is None:
        return None
    kept = [each.pk for each in rules.versions_in_force(program.pk) if each.rule_id != work.rule_id]
    return [*kept, work.pk]


def rows_of(request: HttpRequest) -> list[Row]:
    """Return the lines as they were typed."""
    columns = [request.POST.getlist(name)[:LINES] for name in ("product", "category", "quantity", "net")]
    if not any(columns):
        return [Row(quantity="1")] + [Row()] * (LINES - 1)
    full = [[text.strip()[:LONGEST] for text in (*column, *[""] * LINES)][:LINES] for column in columns]
    return [Row(*each) for each in zip(*full, strict=True)]


def tried_of(request: HttpRequest, program: Program) -> Tried:
    """Return what is to be tried."""
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:LONGEST]
             for name in ("order", "member", "trigger", "event", "channel", "at")}  # fmt: skip
    if given["order"]:
        return real(program, given["order"])
    personal = request.user.has_perm("staff.personal_data_view")
    member = member_of(program, given["member"], personal=personal)
    at = moment(program, given["at"])
    if given["trigger"] in ruled.OF_EVENTS:
        return Tried(member.pk, at, trigger=given["trigger"], event=given["event"], channel=given["channel"])
    lines = [line(row, program.currency) for row in rows_of(request) if row.net]
    if not lines:
        raise TrialError("Write at least one line with its amount, or the number of an order.")
    return Tried(member.pk, at, lines, channel=given["channel"])


def member_of(program: Program, text: str, *, personal: bool) -> Member:
    """Return the member whom a card number, an e-mail, a phone or a name means."""
    found = members.member_find(program_id=program.pk, text=text, personal=personal)
    if len(found) != 1:
        raise TrialError("{count} members fit {text!r}: write the number of one card.", count=len(found), text=text)
    return found[0]


def moment(program: Program, text: str) -> datetime:
    """Return the moment of what is tried, by the clock of the programme; now where nothing is said."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(program.zone)) if text else timezone.now()
    except ValueError:
        raise TrialError("{text!r} is no moment.", text=text) from None


def line(row: Row, currency: str) -> TriedLine:
    """Return a line from what was typed."""
    try:
        net, quantity = (Decimal(text.replace(",", ".") or "1") for text in (row.net, row.quantity))
        if not (abs(net) < MOST_MAJOR and 0 < quantity < MOST_MAJOR):
            raise InvalidOperation
    except InvalidOperation:
        raise TrialError("{net!r} or {quantity!r} is no number.", net=row.net, quantity=row.quantity) from None
    minor = money.to_minor(net, currency)
    return TriedLine(minor, quantity=quantity, product=row.product, category=row.category)


def real(program: Program, number: str) -> Tried:
    """Return an order that was placed, as it would be tried."""
    sources = list(Source.objects.values_list("pk", flat=True))
    order = Order.objects.filter(source__in=sources, number=number).select_related("source", "channel").first()
    if order is None or order.customer_id is None:
        raise TrialError("No order of a customer has the number {number}.", number=number)
    current = membership.current_of([order.customer_id])[order.customer_id]
    whose = Q(customer=current) | Q(customer__merged_into=current)
    member = Member.objects.filter(whose, program=program).order_by("left_on", "id").first()
    if member is None:
        raise TrialError("Whoever placed the order {number} takes no part in the programme.", number=number)
    sold = OrderLine.objects.filter(order=order, superseded_by=None, line_kind="sale", quantity__gt=0)
    paid = PointsPaid.objects.filter(program=program, source=order.source.code, number=number).first()
    return Tried(
        member.pk,
        order.happened_at,
        [of_sale(each) for each in sold.select_related("product__category").order_by("row_number")],
        channel=order.channel.code if order.channel else "",
        source=order.source.code,
        paid=paid.paid_minor if paid else 0,
    )


def of_sale(sold: OrderLine) -> TriedLine:
    """Return a line that was sold."""
    product = sold.product
    category = product.category.path if product and product.category else ""
    code = product.code if product else ""
    return TriedLine(sold.net_minor, sold.gross_minor, sold.tax_minor or 0, sold.quantity, code, category)


def shown(program: Program, tried: Tried, told: Sequence[Told]) -> dict[str, Any]:
    """Return what became of each rule, in words, those that give points first."""
    reader, translate = door.reader_of(program), permission.analytical()
    versions = RuleVersion.objects.filter(rule__program=program).order_by("version")
    names = {each.rule_id: str(each) for each in versions}
    codes = dict(Rule.objects.filter(program=program).values_list("pk", "code"))
    results = [
        {
            "rule": each.rule,
            "name": names.get(each.rule.id, codes.get(each.rule.id, "")),
            "points": each.points,
            "lines": [line_words(one, each, reader) for one in each.lines] if tried.trigger == "purchase" else [],
            "capped": each.capped,
            "reasons": [reason.say(translate) for reason in each.reasons],
        }
        for each in sorted(told, key=lambda each: -each.points)
    ]
    person = finding.people([Member.objects.get(pk=tried.member_id)])[0]
    total: dict[str, int] = {}
    for each in told:
        total[each.rule.unit] = total.get(each.rule.unit, 0) + each.points
    return {"results": results, "tried": tried, "person": person, "total": total}


def line_words(given: Any, told: Told, reader: Any) -> str:
    """Say how a line comes to its points."""
    exact = reader.number(float(given.exact), 2)
    if told.rule.amount == "per_money":
        counted = money.words(given.base, reader.currency, reader.language)
    elif told.rule.amount == "per_piece":
        counted = reader.number(given.base / 10_000, 2)
    else:
        counted = ""
    said = _("line {line}").format(line=given.line + 1)
    said += f": {counted} → {exact}" if counted else f": {exact}"
    return _("{said}, rounded {rounded}, given {points}").format(
        said=said, rounded=reader.number(given.rounded), points=reader.number(given.points)
    )
