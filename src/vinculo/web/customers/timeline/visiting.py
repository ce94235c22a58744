"""Visiting: what somebody did on a site or in an app, in a sentence and step by step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vinculo.identify.timeline.visits import Happening, Visit
from vinculo.web.sources import words

PAGES = ("page", "screen")
LOOK = "product viewed"
QUIET = ("identify", "group", "alias")
"""Types of events that say who somebody is rather than what was done."""
NAMED, DONE, STEPS = 3, 6, 50
"""Products named, things done that are named, and steps shown."""


def sentence(visit: Visit, looks: Mapping[int, str]) -> str:
    """Tell a visit: what was looked at and what was done, how many pages, how long."""
    pages = sum(event.type in PAGES for event in visit.events)
    seen = list(dict.fromkeys(looks[event.event_id] for event in reversed(visit.events) if event.event_id in looks))
    did = Counter(step(event, {}) for event in reversed(visit.events) if counted(event))
    parts = []
    if pages:
        parts.append(ngettext("{count} page", "{count} pages", pages).format(count=pages))
    if seen:
        parts.append(_("looked at {products}").format(products=few(seen, NAMED)))
    if did:
        parts.append(few([each if times == 1 else f"{each} ({times}×)" for each, times in did.items()], DONE))  # noqa: RUF001
    if not parts:
        parts = list(dict.fromkeys(step(event, {}) for event in reversed(visit.events)))
    if visit.minutes:
        parts.append(ngettext("{count} minute", "{count} minutes", visit.minutes).format(count=visit.minutes))
    said = ", ".join(parts)
    return said[:1].upper() + said[1:]


def few(names: Sequence[str], most: int) -> str:
    """Name the first of several, and say how many more there are."""
    more = len(names) - most
    said = ", ".join(names[:most])
    return said if more <= 0 else said + ngettext(" and {count} more", " and {count} more", more).format(count=more)


def counted(event: Happening) -> bool:
    """Tell whether an event is something that was done, beside looking around."""
    return event.type not in (*PAGES, *QUIET) and event.name.lower() != LOOK


def step(event: Happening, looks: Mapping[int, str]) -> str:
    """Return what one event was, beginning small so that it can stand inside a sentence."""
    said = str(words.name(event.type, event.name))
    if event.name.lower() in words.EVENTS:
        said = said[:1].lower() + said[1:]
    return f"{said}: {looks[event.event_id]}" if event.event_id in looks else said


def steps(visit: Visit, looks: Mapping[int, str]) -> list[tuple[datetime, str]]:
    """Return the steps of a visit, the latest first."""
    return [(event.happened_at, step(event, looks)) for event in visit.events[:STEPS]]
