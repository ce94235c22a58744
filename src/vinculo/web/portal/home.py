"""Home: the balance, what is lost when, how far the next level is and why; and the history of it all."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vinculo.programs.belonging import recognition
from vinculo.programs.members import cards
from vinculo.programs.records.belonging import selectors as belonging
from vinculo.programs.records.levels import selectors as levels
from vinculo.programs.records.levels.selectors import Outlook
from vinculo.programs.records.portal import selectors
from vinculo.programs.records.portal.selectors import Line, Wallet
from vinculo.programs.records.rewards import selectors as rewards
from vinculo.web import shell
from vinculo.web.portal import door, redeeming, words
from vinculo.web.portal.door import Visit

SOON, LATE = timedelta(days=30), timedelta(days=7)
"""What is lost soon, and after how long somebody wonders why an entry was not there before."""


@require_safe
@door.member
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show where a member stands."""
    member, today = visit.member, visit.today
    badges = belonging.badge_list(member_id=member.pk)
    greeted = belonging.occasions_of(member_id=member.pk, begins=today - timedelta(days=6), ends=today)
    thanked = any(each.kind == recognition.Kind.CUSTOMER for each in greeted)
    outlooks = levels.forecast_of(member=member, as_of=today, language=shell.language())
    context = {
        "wallets": [shown(each, visit) for each in selectors.wallets_of(member=member)],
        "levels": [level(each) for each in outlooks],
        "badges": [each.badge.name_in(shell.language()) for each in badges if each.badge],
        "years": 0 if thanked else belonging.years_as_customer(member_id=member.pk, as_of=today),
        "greetings": [words.said(recognition.words(each)) for each in greeted],
        "card": cards.shown(member.number),
        "open": [redeeming.held(each) for each in redeeming.held_by(visit, most=20) if each.code],
    }
    return door.page(request, "portal/home.html", context)


def shown(wallet: Wallet, visit: Visit) -> dict[str, Any]:
    """Return a wallet as the page shows it."""
    return {
        "unit": wallet.balance.unit,
        "balance": wallet.balance,
        "expiring": wallet.expiring,
        "soon": selectors.soon(wallet.expiring, visit.today + SOON),
    }


def level(found: Outlook) -> dict[str, Any]:
    """Return what is said of a level: which it is, what is ahead, how far it is, and why."""
    ahead = found.forecast
    needed = found.counted + ahead.missing
    spoken = shell.language()
    return {
        "set": found.place.level_set.name_in(spoken),
        "name": found.place.level.name_in(spoken) if found.place.level else "",
        "sentences": [words.said(each) for each in found.sentences],
        "why": words.said(found.why),
        "counted": found.counted,
        "needed": needed if ahead.next_rank is not None else 0,
    }


@require_safe
@door.member
def history(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what moved, page by page."""
    wallets = selectors.wallets_of(member=visit.member)
    asked = request.GET.get("unit", "")
    wallet = next((each for each in wallets if each.balance.unit.code == asked), None if asked else first(wallets))
    if asked and wallet is None:
        raise Http404
    after = request.GET.get("before", "")
    before = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    found = selectors.history_page(wallet_id=wallet.balance.wallet.pk, before=before) if wallet else None
    lines = found.lines if found else []
    named = rewards_named(visit, lines)
    context = {
        "wallets": wallets,
        "wallet": wallet,
        "lines": [told(each, named) for each in lines],
        "before": found.before if found else None,
        "later": before is not None,
    }
    return door.page(request, "portal/history.html", context)


def first(wallets: list[Wallet]) -> Wallet | None:
    """Return the wallet that is shown when none is asked for."""
    return wallets[0] if wallets else None


def rewards_named(visit: Visit, lines: list[Line]) -> dict[str, str]:
    """Return the names of the rewards that entries are about, by their codes."""
    if not any(each.entry.source == "rewards" for each in lines):
        return {}
    found = rewards.reward_list(program_id=visit.member.program_id)
    return {each.code: str(each) for each in found}


def told(line: Line, named: dict[str, str]) -> dict[str, Any]:
    """Return an entry as the page shows it."""
    entry = line.entry
    return {
        "what": words.of_line(line),
        "about": named.get(line.reference, line.reference) if entry.source == "rewards" else line.reference,
        "amount": line.effect or line.promised,
        "promised": words.promised(line),
        "resolved": line.resolved or line.promised < 0,
        "at": entry.happened_at,
        "recorded_at": entry.recorded_at if entry.recorded_at - entry.happened_at > LATE else None,
        "balance": entry.balance,
    }
