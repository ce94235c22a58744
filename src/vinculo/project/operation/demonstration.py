"""Demonstration: a platform with a file of orders imported, a run published, and a user for every role."""

import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings as site

from vinculo.differentiate.records import selectors as runs
from vinculo.differentiate.records import services
from vinculo.differentiate.records.models import Run
from vinculo.foundation.errors import RunError
from vinculo.identify.records import services as customers
from vinculo.identify.records.events import keys
from vinculo.identify.records.models import Identifier, Matching
from vinculo.identify.records.services import imports
from vinculo.measure.cockpit import periods
from vinculo.project import home, roles
from vinculo.project.operation import made_up
from vinculo.project.staff import services as staff

SIGN_IN, SHOP = "sign_in.json", "shop.json"
Step = Callable[[str, float], None]
Clock = Callable[[], datetime]


def users() -> dict[str, str]:
    """Make a user for every role, named after it; return their passwords, which are kept in the home.

    The file is written before the first user is made: a demonstration that is interrupted goes on where it was.
    """
    file = home.folder() / SIGN_IN
    if not file.exists():
        home.keep_once(file, json.dumps({role.code: secrets.token_urlsafe(12) for role in roles.ROLES}, indent=1))
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    if missing := [role.code for role in roles.ROLES if role.code not in found]:
        found |= {code: secrets.token_urlsafe(12) for code in missing}
        file.unlink()
        home.keep_once(file, json.dumps(found, indent=1))
    for name, password in found.items():
        if not staff.user_known(username=name):
            staff.user_create(username=name, password=password, role=name)
    return found


def club(*, file: Path, currency: str, clock: Clock, progress: Step) -> None:
    """Let a programme live through the orders of a file; what has been done is not done again."""
    # What earns points takes a while to load.
    from vinculo.project.operation.club import replay

    replay.replay(source=file.stem, currency=currency, now=clock(), progress=progress)


def orders(file: Path, *, options: Mapping[str, Any], by: str, clock: Clock, progress: Step) -> None:
    """Import a file of orders, unless it has been."""
    source = customers.source_ensure(code=file.stem)
    with suppress(imports.SameFileError):
        opened = imports.import_open(
            file=file, kind="orders", source=source, by=by, now=clock(), name=file.name, options=options
        )
        imports.import_run(import_id=opened.pk, now=clock(), progress=progress)


def contacts(file: Path, *, by: str, clock: Clock, progress: Step) -> None:
    """Make up contact data for the buyers of a file of orders, some of them twice, and match them; not done again."""
    if Matching.objects.filter(published_at__isnull=False).exists():
        return
    shop = customers.source_ensure(code=file.stem)
    buyers = list(Identifier.objects.filter(kind="source_key", source=shop).values_list("value", flat=True))
    people = list(made_up.contacts(buyers))
    newsletter = customers.source_ensure(code="newsletter", name="Newsletter")
    for source, name, rows in (
        (shop, "contacts_made_up.csv", people),
        (newsletter, "newsletter_made_up.csv", made_up.subscribers(people)),
    ):
        with suppress(imports.SameFileError):
            opened = imports.import_open(
                file=BytesIO(made_up.text(rows)), kind="customers", source=source, by=by, now=clock(), name=name
            )
            imports.import_run(import_id=opened.pk, now=clock(), progress=progress)
    # What matches takes seconds to load.
    from vinculo.identify.records.matching import publishing
    from vinculo.identify.records.matching import services as matchings

    asked = matchings.matching_ask(now=clock())
    matchings.matching_make(matching_id=asked.pk, clock=clock, progress=progress)
    publishing.matching_publish(matching_id=asked.pk, now=clock())


def shop(*, clock: Clock) -> None:
    """Open a small shop whose visitors send events, with a key that is kept in the home."""
    file = Path(site.HOME_FOLDER()) / SHOP
    if not file.exists():
        sender = keys.sender_ensure(code="web_shop", name="A small shop", currency="GBP")
        made = keys.write_key_create(source_id=sender.source_id, now=clock())
        home.keep_once(file, json.dumps({"write_key": made.text}))


def run(*, settings: Mapping[str, Any], clock: Clock, progress: Step) -> None:
    """Make a run and publish it, and one as of the end of the quarter before, for the cockpit to compare with.

    What has been made is not made again, and what was interrupted goes on.
    """
    published = runs.run_published() or made(settings=settings, publish=True, clock=clock, progress=progress)
    opening = periods.before(periods.of("quarter", published.as_of)).ends
    if not runs.run_list().filter(as_of=opening).exists():
        # A shop that opened since has nothing to compare with.
        with suppress(RunError):
            made(settings=settings, as_of=opening, publish=False, clock=clock, progress=progress)


def made(*, settings: Mapping[str, Any], publish: bool, clock: Clock, progress: Step, as_of: date | None = None) -> Run:
    """Make a run, or go on with the one under way, and wait for it."""
    # What makes runs takes seconds to load, for nothing where all are made.
    from vinculo.differentiate.records import work

    begun = runs.run_under_way()
    if begun is None:
        begun = services.run_start(now=clock(), as_of=as_of, settings=settings, publish=publish)
    return work.run_wait(run_id=begun.pk, clock=clock, progress=progress)
