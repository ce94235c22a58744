"""A run from the store: landed, analysed, served, published; failing, cancelled, killed, begun again."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from tests.make import store, stored_orders

from vinculo.differentiate.analysis import apart
from vinculo.differentiate.records import readers, selectors, services, serving, tasks, work
from vinculo.differentiate.records.models import CustomerValue, Run
from vinculo.foundation import actor
from vinculo.foundation.errors import RunError, SettingsError
from vinculo.identify.records.models import Import, OrderLine
from vinculo.identify.records.store import store_address
from vinculo.warehouse import runs

pytestmark = pytest.mark.slow
QUICK = {"lifetime": {"models": ["bg_nbd"], "origins": 0}, "horizon_days": 90}


def clock() -> datetime:
    return datetime(2024, 6, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def home(own_records: store.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def folder(*parts: str) -> Path:
        found = tmp_path.joinpath("home", *parts)
        found.mkdir(parents=True, exist_ok=True)
        return found

    monkeypatch.setattr(settings, "HOME_FOLDER", folder)
    return tmp_path / "home"


def start(**more: object) -> Run:
    with actor.acting("ana"):
        return services.run_start(now=clock(), settings=QUICK, **more)  # type: ignore[arg-type]


def made(**more: object) -> Run:
    run = start(**more)
    work.runs_work_off(clock=clock)
    return selectors.run_get(run_id=run.pk)


def test_a_run_is_landed_analysed_served_and_published_when_asked(home: Path) -> None:
    stored_orders.a_shop()

    run = made(publish=True)

    assert (run.state, run.error, run.progress) == ("done", "", 1.0)
    assert selectors.run_published() == run
    value = runs.read(selectors.run_folder(run=run)).table("value").to_pylist()
    served = {each.customer_id: each for each in selectors.value_list(run_id=run.pk)}
    assert len(served) == len(value) == run.counts["customers"] > 100
    for row in value:
        same = [name for name in row if name not in ("customer_id", "as_of", "currency")]
        assert [getattr(served[int(row["customer_id"])], name) for name in same] == [row[name] for name in same]
    ranked = sorted(served.values(), key=lambda each: each.contribution_rank)
    assert [each.contribution_rank for each in ranked] == list(range(1, len(ranked) + 1))
    assert [each.contribution_minor for each in ranked] == sorted(
        (each.contribution_minor for each in ranked), reverse=True
    )
    assert all((run.as_of - each.last_purchase_on).days == each.since_last_days for each in ranked)
    assert run.as_of == OrderLine.objects.latest("happened_at").happened_at.date()
    assert not list((home / "warehouse").glob("of-run-*"))


def test_a_run_waits_for_a_person_unless_it_was_to_be_published(home: Path) -> None:
    stored_orders.a_shop(60)
    run = made()

    assert selectors.run_published() is None
    services.run_publish(run_id=run.pk, now=clock())
    assert selectors.run_published() == run


def test_the_tables_of_two_runs_are_read_side_by_side(home: Path) -> None:
    stored_orders.a_shop(60)
    early, late = made(as_of=date(2023, 6, 30)), made()

    with readers.run_reader(run=late, earlier=early) as reader:
        counts = reader.rows(
            "SELECT (SELECT count(*) FROM value) AS now, (SELECT count(*) FROM earlier_value) AS before"
        ).to_pylist()

    assert counts == [{"now": late.counts["customers"], "before": early.counts["customers"]}]
    assert early.as_of == date(2023, 6, 30)
    assert selectors.run_as_of_find(before=late.as_of) == early
    assert selectors.run_as_of_find(as_of=late.as_of) == late


def test_a_run_that_fails_says_why_and_leaves_what_is_published(home: Path) -> None:
    came = stored_orders.a_shop(60)
    published = made(publish=True)
    OrderLine.objects.all().delete()
    Import.objects.filter(pk=came.pk).update(state="undone")

    failed = made(publish=True)

    assert (failed.state, failed.folder) == ("failed", "")
    assert "import orders first" in failed.error
    assert selectors.run_published() == published
    assert selectors.value_list(run_id=published.pk).exists()


def test_amounts_of_two_currencies_are_not_added_up(home: Path) -> None:
    came = stored_orders.a_shop(20)
    order = came.orders.first()
    order.currency = "USD"
    order.save()

    assert "EUR, USD" in made().error


def test_settings_that_make_no_sense_are_refused_before_anything_waits(home: Path) -> None:
    for wrong in ({"horizon_days": 0}, {"horizont": 3}, {"costs": {"margin_share": 2}}):
        with pytest.raises(SettingsError):
            services.run_start(now=clock(), settings=wrong)

    assert not Run.objects.exists()


def test_a_run_that_waits_is_cancelled_at_once_and_one_that_is_over_never(home: Path) -> None:
    run = start()

    assert services.run_cancel(run_id=run.pk, now=clock()).state == "cancelled"
    assert work.runs_work_off(clock=clock) == []
    with pytest.raises(RunError):
        services.run_cancel(run_id=run.pk, now=clock())


def test_a_run_is_cancelled_in_the_middle_of_a_step(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_orders.a_shop(60)
    run = start()
    tell = work.Making.tell

    def cancelling(making: work.Making, words: str, share: float) -> None:
        tell(making, words, share)
        if words == "Building customer days":
            services.run_cancel(run_id=run.pk, now=clock())

    monkeypatch.setattr(work.Making, "tell", cancelling)
    work.runs_work_off(clock=clock)

    run.refresh_from_db()
    assert (run.state, run.error) == ("cancelled", "")
    assert list((home / "runs").iterdir()) == []
    assert not CustomerValue.objects.exists()


def test_only_so_many_runs_stay_served_and_the_published_one_always(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "KEPT", 1)
    stored_orders.a_shop(60)
    first = made(publish=True)
    second, third = made(), made()

    served = {run.pk for run in selectors.run_list().exclude(served_at=None)}

    assert served == {first.pk, third.pk}
    assert not selectors.value_list(run_id=second.pk).exists()
    assert selectors.run_folder(run=second).is_dir()
    with pytest.raises(RunError):
        services.run_publish(run_id=second.pk, now=clock())


def test_one_process_makes_runs_at_a_time(home: Path) -> None:
    run = start()

    with work.sole_worker() as alone:
        assert alone
        assert work.runs_work_off(clock=clock) == []

    assert selectors.run_get(run_id=run.pk).state == "queued"


def test_a_run_whose_process_died_is_begun_once_more_and_then_given_up(home: Path) -> None:
    stored_orders.a_shop(60)
    once, twice = start(), start()
    Run.objects.filter(pk=once.pk).update(state="running", attempts=1)
    Run.objects.filter(pk=twice.pk).update(state="running", attempts=2)

    tasks.look_after(timestamp=0)

    once.refresh_from_db()
    twice.refresh_from_db()
    assert (once.state, once.attempts) == ("done", 2)
    assert twice.state == "failed"
    assert "died" in twice.error


def test_the_run_of_the_night_keeps_the_settings_of_the_published_one(home: Path) -> None:
    stored_orders.a_shop(60)
    tasks.every_night(timestamp=1_600_000_000)
    assert not Run.objects.exists()
    published = made(publish=True)

    tasks.every_night(timestamp=1_700_000_000)

    night = selectors.run_list().exclude(pk=published.pk).get()
    assert (night.asked_by, night.publishing, night.settings["horizon_days"]) == ("nightly", True, 90)


CHILD = """
import os, sys
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
import django
django.setup()
from django.conf import settings
from django.utils import timezone
home = Path(sys.argv[1])
def folder(*parts):
    found = home.joinpath(*parts)
    found.mkdir(parents=True, exist_ok=True)
    return found
settings.HOME_FOLDER = folder
from vinculo.differentiate.records import work
tell = work.Making.tell
def telling(making, words, share):
    tell(making, words, share)
    print(words, flush=True)
work.Making.tell = telling
if __name__ == "__main__":
    work.runs_work_off(clock=timezone.now)
"""


@pytest.mark.parametrize("moment", ["Fetching the order lines", "Building customer days", "Serving the values"])
def test_a_worker_that_is_killed_leaves_nothing_and_the_next_one_finishes(
    home: Path, own_records: store.Database, tmp_path: Path, moment: str
) -> None:
    stored_orders.a_shop(60)
    run = start(publish=True)
    script = tmp_path / "worker.py"
    script.write_text(CHILD, encoding="utf-8")
    worker = subprocess.Popen(
        [sys.executable, str(script), str(home)],
        env={**os.environ, **own_records.environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout
    assert any(moment in line for line in worker.stdout)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    between = selectors.run_get(run_id=run.pk)
    published_between = selectors.run_published()
    wait_for_the_lock_of_the_dead()

    work.runs_work_off(clock=clock)

    run.refresh_from_db()
    assert (between.state, published_between) == ("running", None)
    assert (run.state, run.attempts) == ("done", 2)
    assert selectors.run_published() == run
    assert [item.name for item in (home / "runs").iterdir()] == [str(run.pk)]


def wait_for_the_lock_of_the_dead() -> None:
    with psycopg.connect(store_address(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [work.LOCK])


def test_an_analysis_whose_process_is_killed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "work", killed)
    asked = apart.Asked(tmp_path, tmp_path / "run", work.choices.settings_of({}), work.ReadingOptions(), clock())

    with pytest.raises(RunError, match="memory"):
        apart.make(asked, progress=lambda words, share: None, look=lambda: None)


def killed(there: object, asked: apart.Asked) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_takes_up_the_run_that_was_asked_for(own_records: store.Database, tmp_path: Path) -> None:
    run = start()
    words = ["-m", "vinculo.project", "procrastinate", "worker", "--one-shot", "--queues", "runs"]

    subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **own_records.environment, "VINCULO_HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        timeout=120,
    )

    run.refresh_from_db()
    assert (run.state, run.attempts) == ("failed", 1)
    assert "import orders first" in run.error
