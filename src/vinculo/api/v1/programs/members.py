"""Members: let in, found, read and blocked; what they have, what becomes of it, and where they stand."""

from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from vinculo.api.v1 import cursors, fields, found, problems
from vinculo.api.v1.declared import needs, scope_require, token_of
from vinculo.api.v1.fields import Given, Page
from vinculo.api.v1.programs import named
from vinculo.api.v1.programs.named import Card, Code
from vinculo.exchange import scopes
from vinculo.identify.records.membership import selectors as membership
from vinculo.programs.records.ledger import members, selectors
from vinculo.programs.records.ledger.selectors import FIRST_PAGE
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.models import Account, Member, Program, Unit
from vinculo.programs.records.till import finding

router = Router(tags=["programmes"])
MEMBER = "/programs/{program}/members/{card}"


class NameOut(Schema):
    """The name of a code in both languages."""

    code: str
    name_en: str
    name_es: str


class ProgramOut(Schema):
    """A programme; amounts of purchases are in its currency, its days begin in its zone.

    `name` is in the language that is asked for.
    """

    code: str
    name: str
    name_en: str
    name_es: str
    currency: str
    zone: str
    state: str
    units: list[str]
    unit_names: list[NameOut]


class MemberIn(Given):
    """Who joins: a customer; nobody in particular gets a card that belongs to somebody later."""

    customer_id: fields.StrictId | None = None
    kind: Literal["person", "company", "pool"] = "person"


class MemberOut(Schema):
    """A member; `customer_id` is the party that joined, `pool` the card whose points are shared."""

    id: int
    card: str
    customer_id: int | None
    kind: str
    state: str
    pool: str | None
    joined_on: date
    left_on: date | None


class LookupIn(Given):
    """A card number, or the beginning of a telephone, an e-mail or a name."""

    text: fields.Code


class BlockIn(Given):
    """Whether the member is blocked: who is blocked earns, and spends nothing."""

    blocked: bool


class BalanceOut(Schema):
    """What a member has in one unit: to spend, promised, and set aside; `name` is in the language asked for."""

    unit: str
    name: str
    available: int
    pending: int
    blocked: int


class EntryOut(Schema):
    """One posting of a wallet; `refused` is empty where points moved."""

    id: int
    kind: str
    refused: str
    amount: int
    balance: int | None
    grant_class: str
    reward_class: str
    refers_to: int | None
    reference: str
    campaign: str
    happened_at: datetime
    recorded_at: datetime
    source: str
    author: str


class ExpiringOut(Schema):
    """Points that are lost after a day unless they are used."""

    on: date
    amount: int


class LevelOut(Schema):
    """Where a member stands in a set of levels, why, and what is ahead, in the language asked for."""

    level_set: str
    level: str | None
    name: str
    since: date | None
    counted: int
    why: str
    ahead: list[str]


class AskedMembers(Schema):
    """Which members."""

    customer_id: fields.Id | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


class AskedHistory(Schema):
    """Which postings: of a unit; of the one that is spent when none is named."""

    unit: Code | None = None
    limit: fields.Limit = fields.PAGE
    cursor: fields.Cursor = ""


class AskedUnit(Schema):
    """Of which unit; of the one that is spent when none is named."""

    unit: Code | None = None


@router.get("/programs", response=list[ProgramOut], summary="List programmes", **needs(scopes.PROGRAMS_READ))
def program_list(request: HttpRequest) -> list[ProgramOut]:
    """List the programmes with their units."""
    return [
        ProgramOut(
            name=str(each),
            **vars(name(each)),
            currency=each.currency,
            zone=each.zone,
            state=each.state,
            units=[unit.code for unit in each.units.all()],
            unit_names=[name(unit) for unit in each.units.all()],
        )
        for each in Program.objects.order_by("id").prefetch_related("units")
    ]


@router.get(
    "/programs/{program}/members",
    response=Page[MemberOut],
    summary="List members",
    **needs(scopes.PROGRAMS_READ),
)
def member_list(request: HttpRequest, program: Code, asked: Query[AskedMembers]) -> dict[str, Any]:
    """List members in the order in which they joined: all, or those who are one customer."""
    rows = Member.objects.filter(program=named.program(program)).select_related("pool").order_by("id")
    if asked.customer_id is not None:
        rows = rows.filter(customer__in=membership.members_of(customer_id=found.customer(asked.customer_id).pk))
    place = cursors.open_sealed("members", asked.cursor)
    page = list(rows.filter(pk__gt=int(place[0]) if place else 0)[: asked.limit + 1])
    shown, following = cursors.page("members", page, limit=asked.limit, place=lambda row: (row.pk,))
    return {"data": [told(each) for each in shown], "next": following}


@router.post(
    "/programs/{program}/members",
    response={201: MemberOut},
    summary="Let a customer join",
    **needs(scopes.MEMBERS_WRITE),
)
def member_join(request: HttpRequest, response: HttpResponse, program: Code, said: MemberIn) -> MemberOut:
    """Let a customer join today; who takes part already stays the member he is."""
    of = named.program(program)
    customer = found.customer(said.customer_id).pk if said.customer_id is not None else None
    on = timezone.now().astimezone(ZoneInfo(of.zone)).date()
    made = members.member_join(program_id=of.pk, customer_id=customer, on=on, kind=said.kind)
    response.headers["Location"] = f"{request.path.rstrip('/')}/{made.number}"
    return told(made)


@router.post(
    "/programs/{program}/members/lookup",
    response=list[MemberOut],
    summary="Find members",
    **needs(scopes.PROGRAMS_READ, changes=False),
)
def member_lookup(request: HttpRequest, program: Code, said: LookupIn) -> list[MemberOut]:
    """Find members by card, or by the beginning of a telephone, an e-mail or a name, which needs `personal_data`."""
    of = named.program(program)
    card = finding.by_card(program_id=of.pk, text=said.text)
    if card is not None:
        return [told(card)]
    scope_require(token_of(request), scopes.PERSONAL_DATA)
    return [told(each.member) for each in finding.find(program_id=of.pk, text=said.text).people]


@router.get(MEMBER, response=MemberOut, summary="Read a member", **needs(scopes.PROGRAMS_READ))
def member_get(request: HttpRequest, program: Code, card: Card) -> MemberOut:
    """Read a member by the card number."""
    return told(named.member(program, card))


@router.post(MEMBER + "/block", response=MemberOut, summary="Block a member", **needs(scopes.MEMBERS_WRITE))
def member_block(request: HttpRequest, program: Code, card: Card, said: BlockIn) -> MemberOut:
    """Block a member, who then spends nothing, or free one."""
    members.member_block(member_id=named.member(program, card).pk, blocked=said.blocked)
    return told(named.member(program, card))


@router.get(MEMBER + "/balances", response=list[BalanceOut], summary="Read balances", **needs(scopes.PROGRAMS_READ))
def balance_list(request: HttpRequest, program: Code, card: Card) -> list[BalanceOut]:
    """Read what a member has in each unit; of the pool, where points are shared."""
    return [
        BalanceOut(
            unit=each.unit.code,
            name=str(each.unit),
            available=each.available,
            pending=each.pending,
            blocked=each.blocked,
        )
        for each in selectors.balances_of(named.member(program, card))
    ]


@router.get(MEMBER + "/postings", response=Page[EntryOut], summary="Read the history", **needs(scopes.PROGRAMS_READ))
def history(request: HttpRequest, program: Code, card: Card, asked: Query[AskedHistory]) -> dict[str, Any]:
    """Read what happened to the points of a member, the latest first, refusals among it."""
    wallet = wallet_of(program, card, asked.unit)
    place = cursors.open_sealed("postings", asked.cursor)
    before = int(place[0]) if place else FIRST_PAGE
    rows = selectors.history_of(wallet.pk, before=before, limit=asked.limit + 1) if wallet else []
    shown, following = cursors.page("postings", rows, limit=asked.limit, place=lambda row: (row.id,))
    return {"data": [entry(each) for each in shown], "next": following}


@router.get(
    MEMBER + "/expiring", response=list[ExpiringOut], summary="Read what expires", **needs(scopes.PROGRAMS_READ)
)
def expiring(request: HttpRequest, program: Code, card: Card, asked: Query[AskedUnit]) -> list[ExpiringOut]:
    """Read every day on which points of a member are going to be lost, the first to come first."""
    wallet = wallet_of(program, card, asked.unit)
    days = selectors.expiring_of([wallet])[wallet.pk] if wallet else ()
    return [ExpiringOut(on=each.on, amount=each.amount) for each in days]


@router.get(MEMBER + "/levels", response=list[LevelOut], summary="Read levels", **needs(scopes.PROGRAMS_READ))
def level_list(request: HttpRequest, program: Code, card: Card) -> list[LevelOut]:
    """Read where a member stands in each set of levels, why, and what is ahead, in sentences."""
    member = named.member(program, card)
    today = timezone.now().astimezone(ZoneInfo(member.program.zone)).date()
    return [
        LevelOut(
            level_set=each.place.level_set.code,
            level=each.place.level.code if each.place.level else None,
            name=str(each.place.level or ""),
            since=each.place.since,
            counted=each.counted,
            why=each.why.say(problems.translated),
            ahead=[sentence.say(problems.translated) for sentence in each.sentences],
        )
        for each in levels.forecast_of(member=member, as_of=today, language=problems.language_asked())
    ]


def wallet_of(program: str, card: str, unit: str | None) -> Account | None:
    """Return the wallet of a member in a unit, if it was opened."""
    member = named.member(program, card)
    wanted = named.unit(member.program, unit)
    return next((each.wallet for each in selectors.balances_of(member) if each.unit.pk == wanted.pk), None)


def name(each: Program | Unit) -> NameOut:
    """Return a code with its name in both languages."""
    return NameOut(code=each.code, name_en=each.name_in("en"), name_es=each.name_in("es"))


def told(member: Member) -> MemberOut:
    """Return a member."""
    return MemberOut(
        id=member.pk,
        card=member.number,
        customer_id=member.customer_id,
        kind=member.kind,
        state=member.state,
        pool=member.pool.number if member.pool else None,
        joined_on=member.joined_on,
        left_on=member.left_on,
    )


def entry(row: selectors.Entry) -> EntryOut:
    """Return a posting of a history."""
    return EntryOut(
        id=row.id,
        kind=row.kind,
        refused=row.outcome,
        amount=row.amount,
        balance=row.balance,
        grant_class=row.grant_class,
        reward_class=row.reward_class,
        refers_to=row.refers_to,
        reference=row.reference,
        campaign=row.campaign,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        source=row.source,
        author=row.author,
    )
