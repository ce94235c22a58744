"""One command runs the whole platform and stops it without a trace."""

import os
import select
import signal
from pathlib import Path

import pytest
from tests.make import platform, store

from vinculo.project.database import server

pytestmark = pytest.mark.slow


def test_the_platform_comes_up_on_an_empty_home_and_stops_clean(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with platform.Up(home) as up:
        assert up.line() == f"Vinculo runs at http://127.0.0.1:{up.port}/ (Ctrl-C stops it)."
        assert "vinculo user" in up.line()
        assert up.page("accounts/login/") == 200
        children = up.children()

        up.process.send_signal(signal.SIGTERM)
        out, err = up.process.communicate(timeout=120)

    assert err == ""
    assert (up.process.returncode, out.strip()) == (0, "Stopped.")
    assert len(children) >= 3
    assert all(platform.gone(each) for each in children)
    assert not server.Server(home / "pg").running()


def test_a_platform_keeps_its_home_its_port_and_its_worker_until_it_is_killed(
    own_records: store.Database, tmp_path: Path
) -> None:
    home, kept = tmp_path / "one", tmp_path / "one" / "drawings" / "of_another_version.djcache"
    kept.parent.mkdir(parents=True)
    kept.touch()
    with platform.Up(home, **own_records.environment) as up:
        up.line()
        assert not kept.exists()

        second = platform.vinculo("up", "--port", platform.free_port(), home=home, **own_records.environment)
        assert second.returncode == 2
        assert f"process {up.process.pid}, http://127.0.0.1:{up.port}/" in second.stderr

        third = platform.vinculo("up", "--port", up.port, home=tmp_path / "two", **own_records.environment)
        assert third.returncode == 2
        assert "choose another port with --port or PORT" in third.stderr

        worker = next(each for each in up.children() if b"worker" in Path(f"/proc/{each}/cmdline").read_bytes())
        watched = os.pidfd_open(worker)
        os.kill(worker, signal.SIGKILL)
        # Readable when the process has ended.
        assert select.select([watched], [], [], 60)[0]
        os.close(watched)

        assert up.page("accounts/login/") == 200
        watched = [os.pidfd_open(each) for each in up.children()]
        up.process.kill()
        up.process.communicate()
        # Its children go with it.
        for each in watched:
            assert select.select([each], [], [], 60)[0]
            os.close(each)

    with platform.Up(home, **own_records.environment) as again:
        assert "Vinculo runs at" in again.line()
        again.process.send_signal(signal.SIGINT)
        _out, err = again.process.communicate(timeout=120)
    assert (again.process.returncode, err) == (0, "")


def test_the_platform_comes_up_behind_tls_and_stops_when_it_has_answered(
    own_records: store.Database, tmp_path: Path
) -> None:
    port = platform.free_port()

    done = platform.vinculo(
        "up", "--once", "--port", port, "--host", "0.0.0.0", home=tmp_path, VINCULO_HTTPS="1", **own_records.environment
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert f"http://127.0.0.1:{port}/" in done.stdout
