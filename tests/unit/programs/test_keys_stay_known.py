"""What was posted is recognised for ever: its hash is kept, and another one must be made as that one was."""

from datetime import UTC, date, datetime, timedelta, timezone

from vinculo.programs.ledger import hashing
from vinculo.programs.ledger.posting import Post

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
AWARD = Post(
    *("till", "1", "award", 7, 100, MARCH, "purchase"),
    reference="it's 7",
    details={"b": 1, "a": [2]},
    expires_on=date(2027, 1, 31),
)


def test_a_payload_is_hashed_as_it_was_in_the_first_ledger() -> None:
    elsewhere = AWARD._replace(happened_at=MARCH.astimezone(timezone(timedelta(hours=5))))
    others = [AWARD._replace(kind="spend"), AWARD._replace(member_id=7), AWARD._replace(refers_to=1)]

    found = [each.hex() for each in hashing.payloads([AWARD, elsewhere, *others])]

    assert found[0] == found[1] == "dd6b1a215786fd3426850ba7b6d90018"
    assert len(set(found)) == 4
