"""Loading: wallets locked in the order of their numbers, and all that deciding a batch needs to know of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from vinculo.programs.ledger import kinds
from vinculo.programs.ledger.expiry import Policy
from vinculo.programs.ledger.posting import Outcome, Post
from vinculo.programs.ledger.state import Lot, Referred, State, Unit, Wallet
from vinculo.programs.records.ledger import statements

TAKING = ("spend", "reserve", "block", "transfer", "adjust", "reverse")
RESOLVED = ("release", "timeout", "cancel", "confirm", "unblock", "reverse")
USING = ("spend", "reserve", "block", "confirm", "adjust", "expire")
ALL = 2**62
SPARE = 64
"""Numbers that are drawn where lots of their own are opened."""
MOST = (4, 64, ALL)
"""Lots of a wallet that are read; more of them only where these do not hold what is asked for."""
TO = attrgetter("to_account_id")

_UNITS = """
SELECT g.zone, u.id, u.spendable, u.expiry, u.expiry_months, u.expiry_rounding, u.expiry_day, u.grace_days,
    u.return_policy, a.kind, a.partner_code, a.id
FROM programs_program AS g
JOIN programs_unit AS u ON u.program_id = g.id
LEFT JOIN programs_account AS a ON a.unit_id = u.id AND a.member_id IS NULL
WHERE g.id = %s
"""
_HOUSE = "SELECT programs_house(%s, %s, %s, %s)"
_LOCK = """
UPDATE programs_account AS a SET balance = a.balance + asked.awarded
FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::bigint[]) AS awarded) AS asked
WHERE a.id = asked.id AND a.kind = 'wallet' AND a.unit_id = ANY(%s)
RETURNING a.id, a.unit_id, a.balance - asked.awarded, a.floor, a.standing, a.member_id
"""
"""Locks in the order in which it is asked, and books what is awarded: nearly always it will be."""
_KNOWN = """
SELECT p.source, p.event, p.id, p.payload_hash, p.outcome, p.balance, p.amount FROM programs_posting AS p
WHERE p.event = ANY(%s::text[]) AND p.source = ANY(%s::text[]) AND p.program_id = %s
"""
_OPEN = """
INSERT INTO programs_account (unit_id, member_id, kind, partner_code, balance, floor, opened_at)
SELECT a.unit_id, a.member_id, asked.kind, '', 0, 0, %s
FROM unnest(%s::bigint[], %s::text[]) AS asked (id, kind) JOIN programs_account AS a USING (id)
ON CONFLICT (member_id, unit_id, kind) WHERE member_id IS NOT NULL DO NOTHING
"""
_BESIDE = """
SELECT a.id, b.kind, b.id FROM programs_account AS a
JOIN programs_account AS b ON b.member_id = a.member_id AND b.unit_id = a.unit_id AND b.kind <> 'wallet'
WHERE a.id = ANY(%s)
"""
_REFERRED = """
SELECT p.id, p.kind, p.account_id, p.amount, p.reward_class, coalesce(p.details->>'partner', ''), p.refers_to,
    t.debit_id, t.credit_id, coalesce(later.reversed, 0)::bigint, coalesce(later.resolved, false),
    coalesce(later.cancelled, false)
FROM programs_posting AS p
LEFT JOIN programs_transfer AS t ON t.posting_id = p.id AND t.place = 0
LEFT JOIN LATERAL (
    SELECT sum(r.asked) FILTER (WHERE r.kind IN ('reverse', 'reinstate')) AS reversed,
        bool_or(r.kind = ANY(%s)) AS resolved, bool_or(r.kind IN ('cancel', 'timeout')) AS cancelled
    FROM programs_posting AS r WHERE r.refers_to = p.id AND r.outcome = ''
) AS later ON true
WHERE p.id = ANY(%s) AND p.program_id = %s AND p.outcome = ''
"""
_USES = "SELECT posting_id, lot_id, amount FROM programs_lotuse WHERE posting_id = ANY(%s) ORDER BY posting_id, place"
_LOT = """
lot.id, lot.account_id, lot.posting_id, lot.award_id, lot.grant_class, lot.earned_at, lot.expires_on, lot.issued,
lot.remaining, lot.expired, lot.release_at, lot.release_event
"""
_HELD = f"""
SELECT {_LOT} FROM unnest(%s::bigint[]) AS wallet (id)
CROSS JOIN LATERAL (
    SELECT * FROM programs_lot WHERE account_id = wallet.id AND remaining > 0
    ORDER BY expires_on, earned_at, id LIMIT %s
) AS lot
"""
_NAMED = f"SELECT {_LOT} FROM programs_lot AS lot WHERE lot.id = ANY(%s)"
_HEIRS = f"SELECT {_LOT} FROM programs_lot AS lot WHERE lot.award_id = ANY(%s) AND lot.award_id <> lot.id"
_ALLOWED = """
SELECT a.id, asked.member, terms.monthly_cap - coalesce((
    SELECT sum(CASE WHEN p.kind = 'cancel' OR p.kind = 'timeout' OR p.kind = 'reverse' THEN -p.amount ELSE p.amount END)
    FROM programs_posting AS p
    LEFT JOIN programs_posting AS of ON of.id = p.refers_to
    WHERE p.account_id = a.id AND p.outcome = '' AND p.happened_at >= %s AND (
        (p.kind IN ('spend', 'reserve') AND p.member_id = asked.member)
        OR (p.kind IN ('cancel', 'timeout', 'reverse') AND of.kind IN ('spend', 'reserve')
            AND of.member_id = asked.member AND of.happened_at >= %s))
), 0)::bigint
FROM unnest(%s::bigint[], %s::bigint[]) AS asked (account, member)
JOIN programs_account AS a ON a.id = asked.account
JOIN programs_pool AS terms ON terms.member_id = a.member_id AND terms.monthly_cap IS NOT NULL
"""


def state(cursor: Any, program_id: int, posts: Sequence[Post], now: datetime) -> State:
    """Lock the wallets of a batch and read what it needs; the locks hold until the transaction ends."""
    zone, units = units_of(cursor, program_id, posts, now)
    awarded = dict.fromkeys(sorted({*(post.account_id for post in posts), *filter(None, map(TO, posts))}), 0)
    for post in posts:
        if post.kind == "award" and post.amount > 0 and post.pending_until is None and not post.pending_event:
            awarded[post.account_id] += post.amount
    asked = map(statements.numbers, (list(awarded), list(awarded.values())))
    cursor.execute(_LOCK, [*asked, list(units)])
    wallets = {
        number: Wallet(number, units[unit], balance, floor, standing, member, awarded[number])
        for number, unit, balance, floor, standing, member in cursor.fetchall()
    }
    # After the locks, before the numbers of postings are drawn: sealing relies on it.
    batch = cursor.execute("SELECT programs_batch_open()").fetchone()[0]
    found = State(zone, batch, wallets, numbers(cursor, len(posts)))
    sources, events = {post.source for post in posts}, [post.event for post in posts]
    cursor.execute(_KNOWN, [statements.texts(events), statements.texts(list(sources)), program_id])
    for source, event, number, digest, outcome, balance, amount in cursor.fetchall():
        moved = 0 if outcome else amount
        found.known[source, event] = bytes(digest), Outcome(number, outcome, balance, amount=moved)
    sides(cursor, found, posts, now)
    lots_needed = referred(cursor, found, program_id, posts)
    lots(cursor, found, posts, lots_needed)
    allowances(cursor, found, posts, now)
    return found


def numbers(cursor: Any, count: int) -> Iterator[int]:
    """Give the next numbers of postings and lots, as many at a time as a batch is going to need."""
    return chain.from_iterable(drawn(cursor, count))


def drawn(cursor: Any, count: int) -> Iterator[list[int]]:
    """Yield numbers, first so many, then a few at a time."""
    while True:
        cursor.execute("SELECT nextval('programs_posting_id_seq') FROM generate_series(1, %s)", [count])
        yield [number for (number,) in cursor.fetchall()]
        count = SPARE


def units_of(cursor: Any, program_id: int, posts: Sequence[Post], now: datetime) -> tuple[ZoneInfo, dict[int, Unit]]:
    """Return the zone of a programme and its units, with every account of the house that is going to be needed."""
    cursor.execute(_UNITS, [program_id])
    zone, units = "UTC", dict[int, Unit]()
    for named, number, spendable, expiry, months, rounding, day, grace, returns, kind, partner, account in cursor:
        zone = named
        policy = Policy(expiry, months, rounding, day, grace)
        unit = units.setdefault(number, Unit(number, spendable, policy, returns, {}))
        if kind == "partner":
            unit.partners[partner] = account
        elif kind:
            unit.house[kind] = account
    partners = {str(post.details["partner"]) for post in posts if post.details and "partner" in post.details}
    partners |= {"" for post in posts if "partner" in (post.grant_class, post.reward_class)}
    for unit in units.values():
        for kind in kinds.OF_THE_HOUSE:
            if kind not in unit.house and kind != "partner":
                unit.house[kind] = cursor.execute(_HOUSE, [unit.id, kind, "", now]).fetchone()[0]
        for code in partners - set(unit.partners):
            unit.partners[code] = cursor.execute(_HOUSE, [unit.id, "partner", code, now]).fetchone()[0]
    return ZoneInfo(zone), units


def sides(cursor: Any, found: State, posts: Sequence[Post], now: datetime) -> None:
    """Find the accounts of pending and of blocked points beside the wallets that need them; open those that lack."""
    opened = {
        (post.account_id, "blocked" if post.kind in ("reserve", "block") else "pending")
        for post in posts
        if post.kind in ("reserve", "block")
        or (post.kind == "award" and (post.pending_until is not None or post.pending_event))
    }
    opened = {(wallet, kind) for wallet, kind in opened if wallet in found.wallets}
    if opened:
        asked = sorted(opened)
        cursor.execute(_OPEN, [now, [wallet for wallet, _kind in asked], [kind for _wallet, kind in asked]])
    needed = {wallet for wallet, _kind in opened} | {post.account_id for post in posts if post.kind in RESOLVED}
    if needed:
        cursor.execute(_BESIDE, [list(needed)])
        for wallet, kind, number in cursor.fetchall():
            if wallet in found.wallets:
                setattr(found.wallets[wallet], kind, number)


def referred(cursor: Any, found: State, program_id: int, posts: Sequence[Post]) -> tuple[set[int], set[int]]:
    """Read the postings that others refer to; return the lots they used and the awards among them."""
    ids = {post.refers_to for post in posts if post.refers_to is not None}
    if not ids:
        return set(), set()
    cursor.execute(_REFERRED, [list(kinds.RESOLVING), list(ids), program_id])
    users: dict[int, list[int]] = {}
    for number, kind, account, amount, reward, payer, refers, debit, credit, back, resolved, cancelled in cursor:
        giving = kind == "award" or (kind == "adjust" and amount > 0)
        side = debit if giving else credit
        found.referred[number] = Referred(
            number, kind, account, amount, reward, payer, side or 0, back, resolved, cancelled
        )
        if kind in USING:
            users.setdefault(refers if kind == "confirm" else number, []).append(number)
    used = set()
    if users:
        cursor.execute(_USES, [list(users)])
        for posting, lot, amount in cursor.fetchall():
            used.add(lot)
            for number in users[posting]:
                found.referred[number].uses.append((lot, amount))
    return used, {of.id for of in found.referred.values() if of.kind in ("award", "adjust")}


def lots(cursor: Any, found: State, posts: Sequence[Post], needed: tuple[set[int], set[int]]) -> None:
    """Read the lots that points are taken from or given back to; those of a wallet in the order they are taken."""
    used, awards = needed
    if used or awards:
        cursor.execute(_NAMED, [list(used | awards)])
        keep(cursor, found)
    if awards:
        cursor.execute(_HEIRS, [list(awards)])
        keep(cursor, found)
    wanted: dict[int, int] = {}
    for post in posts:
        if post.kind in TAKING and post.account_id in found.wallets:
            wanted[post.account_id] = wanted.get(post.account_id, 0) + (abs(post.amount) or ALL)
    if not wanted:
        return
    for most in MOST:
        for wallet in wanted:
            found.wallets[wallet].lots = []
        cursor.execute(_HELD, [statements.numbers(list(wanted)), most])
        keep(cursor, found, shelved=True)
        wanted = {number: amount for number, amount in wanted.items() if lacking(found.wallets[number], amount)}
        if not wanted:
            return


def lacking(wallet: Wallet, amount: int) -> bool:
    """Tell whether more of what a wallet holds is needed than was read."""
    return sum(lot.remaining for lot in wallet.lots or ()) < min(amount, wallet.balance)


def keep(cursor: Any, found: State, *, shelved: bool = False) -> None:
    """Keep the lots that were read, each once."""
    for row in cursor.fetchall():
        lot = found.lots.get(row[0])
        if lot is None:
            lot = found.lots[row[0]] = Lot(*row)
            if lot.award != lot.id:
                found.by_award.setdefault(lot.award, []).append(lot)
        if shelved:
            held = found.wallets[lot.account].lots
            assert held is not None
            held.append(lot)


def allowances(cursor: Any, found: State, posts: Sequence[Post], now: datetime) -> None:
    """Read what members may still take from shared wallets this month, where that is limited."""
    asked = {
        (post.account_id, post.member_id)
        for post in posts
        if post.account_id in found.wallets and post.member_id not in (None, found.wallets[post.account_id].member)
    }
    if asked:
        month = now.astimezone(found.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        pairs = sorted(asked)
        cursor.execute(_ALLOWED, [month, month, *map(statements.numbers, zip(*pairs, strict=True))])
        found.allowances = {(wallet, member): left for wallet, member, left in cursor.fetchall()}
