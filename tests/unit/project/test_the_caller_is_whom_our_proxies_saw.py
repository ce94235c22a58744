"""Of what stands in X-Forwarded-For, only what our own proxies added counts."""

import pytest

from vinculo.project import security


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ("203.0.113.9", 0, ""),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1,203.0.113.9:4711 , 192.0.2.1", 2, "203.0.113.9"),
        ("[2001:db8::1]:443", 1, "2001:db8::1"),
        ("2001:DB8:0::1", 1, "2001:db8::1"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("203.0.113.9", 2, ""),
        ("203.0.113.9, unknown", 1, ""),
        ("203.0.113.9,", 1, ""),
        ("", 1, ""),
    ],
)
def test_an_entry_that_a_caller_writes_counts_for_nothing(forwarded: str, proxies: int, found: str) -> None:
    assert security.caller(forwarded, proxies) == found
