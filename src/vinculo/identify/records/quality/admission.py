"""Admission: a file that would break a threshold is held back until a person lets it in, with a reason, or drops it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from vinculo.foundation import actor, language
from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase
from vinculo.identify.quality import loads, thresholds
from vinculo.identify.quality.thresholds import Broken
from vinculo.identify.records.imports.kinds import Reading, Work
from vinculo.identify.records.models import Import
from vinculo.identify.records.quality import standards

ADMITTED = "admitted"
"""Option of an import that a person has let in: by whom, when and why."""
HELD = Phrase("The file is held back.")
WOULD = Phrase("The file would be held back.")
NOTED = Phrase("This is less than was set.")


class HeldError(InputError):
    """The file is held back."""

    code = "import.held"
    leaves = Import.State.HELD
    """State of an import that ends with it."""


def weighed(reading: Reading, work: Work, options: Mapping[str, Any], *, for_good: bool) -> Reading:
    """Return what was read with a warning for every threshold it breaks; refuse it where one of them holds files back.

    Without thresholds nothing is measured; with some, only the fields they ask about.

    Raises
    ------
    HeldError
        The file is to come in for good, breaks a threshold that stops, and nobody has let it in.
    """
    missed = broken(reading, work)
    stopping = [each for each in missed if each.stops]
    if for_good and stopping and ADMITTED not in options:
        raise HeldError("{first} {rest}", first=HELD, rest=together([each.sentence for each in stopping]))
    translate = language.translator(str(options.get("language", "en")))
    said = [
        Phrase("{first} {rest}", first=WOULD if each.stops else NOTED, rest=each.sentence).say(translate)
        for each in missed
    ]
    return replace(reading, warnings=(*reading.warnings, *said))


def together(sentences: Sequence[Phrase]) -> Phrase:
    """Return sentences as one."""
    first, *rest = sentences
    return Phrase("{first} {rest}", first=first, rest=together(rest)) if rest else first


def broken(reading: Reading, work: Work) -> list[Broken]:
    """Return the thresholds that a file breaks."""
    asked = standards.thresholds_of(work.arrival.source_id)
    if not asked or not reading.rows:
        return []
    key = reading.counts.get("match_key")
    keyless = dict(reading.counts.get("notes", {})).get(f"{key}.missing", 0) if key else None
    rejected = reading.rejected - reading.counts.get("totals", 0)
    found = dict(loads.of_rows(rows=reading.rows, rejected=rejected, keyless=keyless))
    if work.arrival.kind == Import.Kind.CUSTOMERS:
        found |= loads.of_customers(work.engine, {each.field for each in asked})
    of_files = [each for each in asked if each.measure in thresholds.OF_LOADS.get(each.field, ())]
    return thresholds.broken(found, of_files)


def import_admit(*, import_id: int, reason: str, now: datetime) -> Import:
    """Let a file in that was held back, for a reason that stays with it; it waits to be run again.

    Raises
    ------
    InputError
        It is not held back, or there is no reason.
    """
    if not reason.strip():
        raise InputError("Say why the file may come in all the same.")
    with transaction.atomic():
        imported = Import.objects.select_for_update().get(pk=import_id)
        if imported.state != Import.State.HELD:
            raise InputError("Import {number} is not held back.", number=import_id)
        admitted = {"by": actor.current().name, "at": now.isoformat(), "reason": reason.strip()}
        imported.options = {**imported.options, ADMITTED: admitted}
        imported.state, imported.problem = Import.State.PREVIEWED, ""
        imported.save(update_fields=["options", "state", "problem"])
    return imported
