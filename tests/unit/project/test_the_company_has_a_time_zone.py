"""The time zone of the company."""

import pytest

from vinculo.foundation.errors import SettingsError
from vinculo.project import zone


def test_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINCULO_TIME_ZONE", "Atlantic/Canary")

    assert zone.name() == "Atlantic/Canary"


def test_without_a_name_it_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VINCULO_TIME_ZONE", raising=False)
    own = zone.ZoneInfo("Europe/Madrid")
    found = []
    for machine in (own, object()):
        monkeypatch.setattr(zone, "LOCALTZ", machine)
        found.append(zone.name())

    assert found == ["Europe/Madrid", "UTC"]


@pytest.mark.parametrize("given", ["Madrid", "/etc/passwd", "Europe", "Europe/Madrid\0"])
def test_one_that_does_not_exist_is_refused_with_one_that_does(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setattr(zone.os, "environ", {"VINCULO_TIME_ZONE": given})

    with pytest.raises(SettingsError, match="such as Europe/Madrid"):
        zone.name()
