"""The data folder of the platform."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vinculo.project import home


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path / "elsewhere"))

    assert home.path() == tmp_path / "elsewhere"
    assert not home.path().exists()


def test_a_folder_in_the_working_directory_is_the_home_of_a_demo(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("VINCULO_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    before = home.path()
    (tmp_path / ".vinculo").mkdir()

    assert before != tmp_path / ".vinculo"
    assert home.path() == tmp_path / ".vinculo"


def test_the_secret_is_made_once_and_read_by_its_owner_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VINCULO_SECRET_KEY", raising=False)
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path))

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: home.secret_key(), range(32)))

    assert len(secrets) == 1
    assert len(secrets.pop()) > 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_home_that_cannot_be_made_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VINCULO_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(home.HomeError):
        home.runs_folder()
