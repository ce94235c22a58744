"""Explanation: why a member has a level and what is ahead, in sentences with every input of the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from vinculo.foundation.phrases import Phrase
from vinculo.programs.levels.forecast import Forecast
from vinculo.programs.levels.standing import Evidence

FALLS = {
    "one_down": Phrase("one level down"),
    "to_balance": Phrase("to the level that was counted"),
    "never": Phrase("never down"),
}
"""What becomes of a level that is not confirmed, in words."""


@dataclass(frozen=True)
class Words:
    """How levels and days are written where the sentence is read."""

    levels: Mapping[int, str]
    day: Any = str
    """Writes a date."""

    def level(self, rank: int) -> str | Phrase:
        """Return the name of a level."""
        return self.levels.get(rank) or Phrase("no level")


def inputs(seen: Evidence) -> dict[str, Any]:
    """Return what a decision was made from, as it is kept with it."""
    return {
        "window": [seen.window.begins.isoformat(), seen.window.ends.isoformat()],
        "counted": seen.counted,
        "entries": seen.entries,
        "threshold": seen.threshold,
        "terms": seen.version,
        "fall": str(seen.fall),
        "grace_days": seen.grace_days,
    }


def why(cause: str, rank: int, kept: Mapping[str, Any], words: Words) -> Phrase:
    """Return why a level is held: `cause` is a cause of a change, `kept` what was kept with it."""
    level = words.level(rank)
    if cause in ("granted", "grant_ended", "group", "group_ended"):
        return _of_others(cause, level, kept, words)
    begins, ends = (date.fromisoformat(each) for each in kept["window"])
    first, last = words.day(begins), words.day(ends - timedelta(days=1))
    if cause == "fell":
        return Phrase(
            "{level}: from {begins} to {ends} {counted:,} counted in {entries:,} entries, and {threshold:,} were "
            "needed to keep the level above (terms {terms}; {fall}).",
            level=level,
            begins=first,
            ends=last,
            counted=kept["counted"],
            entries=kept["entries"],
            threshold=kept["threshold"],
            terms=kept["terms"],
            fall=FALLS[kept["fall"]],
        )
    if cause == "returned":
        return Phrase(
            "{level}: purchases came back, and from {begins} to {ends} {counted:,} count in {entries:,} entries "
            "(terms {terms}).",
            level=level,
            begins=first,
            ends=last,
            counted=kept["counted"],
            entries=kept["entries"],
            terms=kept["terms"],
        )
    return Phrase(
        "{level}: from {begins} to {ends} {counted:,} counted in {entries:,} entries, and {threshold:,} are needed "
        "(terms {terms}).",
        level=level,
        begins=first,
        ends=last,
        counted=kept["counted"],
        entries=kept["entries"],
        threshold=kept["threshold"],
        terms=kept["terms"],
    )


def _of_others(cause: str, level: str | Phrase, kept: Mapping[str, Any], words: Words) -> Phrase:
    """Return why a level is held that the member did not earn, or is held no more."""
    if cause == "granted":
        until = words.day(date.fromisoformat(kept["until"]))
        return Phrase(
            "{level}: given by {author} until {until}: {reason}", level=level, author=kept["author"], until=until,
            reason=kept["reason"],
        )  # fmt: skip
    if cause == "grant_ended":
        return Phrase("{level}: the level that was given by hand has ended.", level=level)
    if cause == "group":
        return Phrase("{level}: it is the level of the company or household.", level=level)
    return Phrase("{level}: it was the level of the company or household, and is no more.", level=level)


def ahead(found: Forecast, words: Words) -> list[Phrase]:
    """Return what is ahead of a member, in up to two sentences."""
    said = []
    if found.next_rank is not None:
        level = words.level(found.next_rank)
        if found.on_course_on is not None:
            day = words.day(found.on_course_on)
            said.append(Phrase("{missing:,} to {level}, on course for {day}.", missing=found.missing, level=level,
                               day=day))  # fmt: skip
        elif found.until is not None:
            day = words.day(found.until)
            said.append(Phrase("{missing:,} to {level} until {day}.", missing=found.missing, level=level, day=day))
        else:
            said.append(Phrase("{missing:,} to {level}.", missing=found.missing, level=level))
    if found.falls_on is not None:
        missing, day = found.missing_to_keep, words.day(found.falls_on)
        if found.keeps_at_pace:
            said.append(
                Phrase(
                    "Needs {missing:,} more to be kept beyond {day}, and is on course for it.", missing=missing, day=day
                )
            )
        else:
            level = words.level(found.falls_to)
            said.append(
                Phrase(
                    "Will fall to {level} on {day} unless {missing:,} more are counted.",
                    missing=missing,
                    level=level,
                    day=day,
                )
            )
    return said
