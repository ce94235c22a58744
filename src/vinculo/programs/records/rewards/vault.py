"""Vault: codes made and imported, found by their digest, given to one redemption, and emptied when they are used up.

Only keyed digests are kept. What must be shown again is worked out anew from a salt, or lies encrypted; the key of
both is that of the home, which no copy of the store holds.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from vinculo.foundation import actor
from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.programs.records.models import Redemption, Reward, RewardCode
from vinculo.programs.rewards import codefile, codes
from vinculo.programs.rewards.codefile import Issue

SALT_BYTES = 16
MOST_MADE = 100_000
"""Codes that are made at a time."""
_SALT = "vinculo.programs.codes"
_ALLOT = """
UPDATE programs_rewardcode SET state = 'allotted', redemption_id = %(redemption)s
WHERE id = (
    SELECT id FROM programs_rewardcode
    WHERE reward_id = %(reward)s AND state = 'free' AND (expires_on IS NULL OR expires_on >= %(today)s)
    ORDER BY expires_on, id FOR UPDATE SKIP LOCKED LIMIT 1
)
RETURNING id
"""
_USE = """
UPDATE programs_rewardcode
SET state = 'used', used_at = %(now)s, used_by = %(by)s, place = %(place)s, salt = '', sealed = ''
WHERE redemption_id = %(redemption)s AND state = 'allotted' RETURNING id
"""
# A code somebody has seen is nobody else's any more.
_GIVE_BACK = """
UPDATE programs_rewardcode SET
    state = CASE WHEN pooled AND NOT shown THEN 'free' ELSE 'void' END,
    redemption_id = CASE WHEN pooled AND NOT shown THEN NULL ELSE redemption_id END,
    salt = CASE WHEN pooled AND NOT shown THEN salt ELSE '' END,
    sealed = CASE WHEN pooled AND NOT shown THEN sealed ELSE '' END
WHERE redemption_id = ANY(%(redemptions)s) AND state = 'allotted'
"""
_ADD = """
INSERT INTO programs_rewardcode (
    program_id, reward_id, state, digest, last_four, salt, sealed, pooled, shown, expires_on, created_at, used_by,
    place
)
SELECT %(program)s, %(reward)s, 'free', digest, last_four, salt, sealed, true, false, expires_on, %(now)s, '', ''
FROM unnest(%(digests)s::bytea[], %(lasts)s::text[], %(salts)s::bytea[], %(sealed)s::bytea[], %(days)s::date[])
    AS added (digest, last_four, salt, sealed, expires_on)
ON CONFLICT (program_id, digest) DO NOTHING
RETURNING digest
"""


@dataclass(frozen=True)
class Imported:
    """What became of a file of codes: added, known before, and rows that cannot be taken."""

    added: int
    known: int
    issues: Sequence[Issue]


def key() -> bytes:
    """Return the key of the digests and of the codes that are made here."""
    return salted_hmac(_SALT, "digest", algorithm="sha256").digest()


def cipher() -> Fernet:
    """Return what encrypts codes that others made."""
    return Fernet(base64.urlsafe_b64encode(salted_hmac(_SALT, "seal", algorithm="sha256").digest()))


def text_of(code: RewardCode) -> str:
    """Return a code as it is shown, or nothing when it cannot be shown any more."""
    if salt := bytes(code.salt):
        return codes.shown(codes.derived(key(), salt))
    try:
        return cipher().decrypt(bytes(code.sealed)).decode() if code.sealed else ""
    except InvalidToken:
        return ""


def make(redemption: Redemption, reward: Reward, *, now: datetime) -> RewardCode:
    """Make the code of a redemption."""
    salt = secrets.token_bytes(SALT_BYTES)
    text = codes.derived(key(), salt)
    return RewardCode.objects.create(
        program_id=reward.program_id,
        reward=reward,
        redemption=redemption,
        state=RewardCode.State.ALLOTTED,
        digest=codes.digest(key(), text),
        last_four=codes.last_four(text),
        salt=salt,
        sealed=b"",
        pooled=False,
        shown=True,
        created_at=now,
    )


def allot(redemption: Redemption, reward: Reward, *, today: date) -> RewardCode | None:
    """Give a redemption a code that is at hand, the one that expires first; no other redemption gets the same."""
    with connection.cursor() as cursor:
        cursor.execute(_ALLOT, {"redemption": redemption.pk, "reward": reward.pk, "today": today})
        found = cursor.fetchone()
    return RewardCode.objects.get(pk=found[0]) if found else None


def show(redemption_id: int) -> str:
    """Return the code of a redemption and note that it was seen."""
    code = RewardCode.objects.filter(redemption_id=redemption_id, state=RewardCode.State.ALLOTTED).first()
    if code is None:
        return ""
    if not code.shown:
        RewardCode.objects.filter(pk=code.pk).update(shown=True)
    return text_of(code)


def use(redemption_id: int, *, now: datetime, place: str) -> bool:
    """Use the code of a redemption: of all who try, one does."""
    said: dict[str, Any] = {"redemption": redemption_id, "now": now, "by": actor.current().name, "place": place}
    with connection.cursor() as cursor:
        cursor.execute(_USE, said)
        return cursor.fetchone() is not None


def give_back(redemption_ids: Sequence[int]) -> None:
    """Take codes off redemptions: those at hand that nobody has seen are free again, others are good no more."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"redemptions": list(redemption_ids)})


def find(program_id: int, text: str) -> RewardCode | None:
    """Return the code of a text.

    It is looked for by its keyed digest, so the time that takes tells nothing of codes that exist.
    """
    wanted = codes.digest(key(), text)
    found = RewardCode.objects.select_related("redemption__reward").filter(program_id=program_id, digest=wanted).first()
    return found if found and secrets.compare_digest(bytes(found.digest), wanted) else None


def codes_import(*, reward_id: int, content: bytes, today: date, now: datetime) -> Imported:
    """Add the codes of a file to those at hand of a reward; the same file again changes nothing."""
    reward, file = Reward.objects.get(pk=reward_id), codefile.read(content, today)
    sealing, secret = cipher(), key()
    by_digest = {codes.digest(secret, row.code): row for row in file.rows}
    with transaction.atomic():
        added = add(
            reward,
            [
                (each, codes.last_four(row.code), b"", sealing.encrypt(row.code.encode()), row.expires_on)
                for each, row in by_digest.items()
            ],
            now=now,
        )
        known = RewardCode.objects.filter(program_id=reward.program_id, digest__in=[*by_digest.keys() - added])
        others = [bytes(each) for each in known.exclude(reward=reward).values_list("digest", flat=True)]
    expected = Phrase("a code that no other reward has")
    foreign = [Issue(by_digest[each].row, "code", by_digest[each].code, expected) for each in others]
    issues = sorted([*file.issues, *foreign], key=lambda issue: issue.row)
    return Imported(len(added), len(by_digest) - len(added) - len(others), issues)


def codes_generate(*, reward_id: int, count: int, now: datetime, expires_on: date | None = None) -> list[str]:
    """Make codes ahead and add them to those at hand; their texts are returned this once."""
    if not 1 <= count <= MOST_MADE:
        raise InputError("Make between 1 and 100,000 codes at a time.")
    reward, secret = Reward.objects.get(pk=reward_id), key()
    salts = [secrets.token_bytes(SALT_BYTES) for _ in range(count)]
    texts = [codes.derived(secret, salt) for salt in salts]
    rows = [
        (codes.digest(secret, text), text[-4:], salt, b"", expires_on) for text, salt in zip(texts, salts, strict=True)
    ]
    add(reward, rows, now=now)
    return [codes.shown(text) for text in texts]


def add(reward: Reward, rows: Sequence[tuple[bytes, str, bytes, bytes, date | None]], *, now: datetime) -> set[bytes]:
    """Write free codes in one statement; return the digests of those that are new."""
    if not rows:
        return set()
    names = ("digests", "lasts", "salts", "sealed", "days")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"program": reward.program_id, "reward": reward.pk, "now": now, **columns})
        return {bytes(digest) for (digest,) in cursor.fetchall()}
