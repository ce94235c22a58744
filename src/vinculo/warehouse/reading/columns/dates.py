"""Dates: which order day and month have, by a vote over the column, and the SQL that reads a text as a moment."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vinculo.warehouse.reading.sources import source as sources

_SHAPE = re.compile(
    r"(?:(?P<a>9{1,4})(?P<mark>[-/. ])(?P<b>9{1,2}|[^\W\d_]{3,10}\.?)(?P=mark)(?P<c>9{1,4})|(?P<whole>9{8}))"
    r"(?P<apart>T|,? +| ?- )?"
    r"(?:(?P<hour>9{1,2}):99(?P<second>:99(?P<part>\.9{1,9})?)?(?P<gap> *)(?P<half>[AP]\.? ?M\.?)?)?"
    r"(?P<zone> *(?:Z|UTC|[-+]99:?99))?"
)
_COMPACT = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_SERIAL = re.compile(r"9{5}([.,]9+)?(E9)?")
ORDERS = {"dmy": ("%d", "%m"), "mdy": ("%m", "%d"), "ymd": ("%m", "%d")}
MONTHS = (("ENE", "JAN"), ("ABR", "APR"), ("AGO", "AUG"), ("SET", "SEP"), ("DIC", "DEC"))
"""Spanish months whose first three letters differ from the English."""


DAY_FIRST = "^(1[3-9]|[2-9][0-9])[-/. ][0-9]"
MONTH_FIRST = "^[0-9]{1,2}[-/. ](1[3-9]|[2-9][0-9])[-/. ]"
"""Patterns of dates in which the day can only be the first, or only the second number."""


@dataclass(frozen=True)
class Reading:
    """How the dates of a column are read."""

    order: str
    """dmy, mdy or ymd."""
    split_order: str = "dmy"
    """The order of dates that do not begin with the year: most often the same."""
    formats: tuple[str, ...] = ()
    iso: bool = False
    serial: bool = False
    zoned: bool = False
    worded: bool = False
    """Whether months are named, or the halves of the day written with points."""
    undecided: bool = False
    """Whether no value tells day from month."""
    contradicted: int = 0
    """Rows that can only be read in the other order."""


def votes(text: str) -> tuple[str, str]:
    """Return the SQL that counts the rows in which the day can only come first, and only second."""
    return tuple(f"count_if(regexp_matches({text}, '{pattern}'))" for pattern in (DAY_FIRST, MONTH_FIRST))  # type: ignore[return-value]


def decide(shapes: Sequence[str], voted: tuple[int, int], *, order: str = "", usual: str = "dmy") -> Reading:
    """Decide how to read a column of dates from the shapes of a sample and the votes of all rows.

    The order asked for wins, then the vote (a first number above 12 is a day); the usual one decides when no value
    does.
    """
    matched = [match for shape in shapes if (match := _SHAPE.fullmatch(shape))]
    split = any(m["a"] and len(m["a"]) < 3 and m["b"].startswith("9") for m in matched)
    winner = ("dmy" if voted[0] > voted[1] else "mdy") if any(voted) else ""
    split_order = order or winner or usual
    year_first = not split and any(m["whole"] or (m["a"] and len(m["a"]) == 4) for m in matched)
    compact = [_COMPACT[len(shape)] for shape in shapes if re.fullmatch("9{12}|9{14}", shape)]
    formats = {text for match in matched if (text := date_format(match, split_order))} | set(compact)
    return Reading(
        order="ymd" if year_first and not order else split_order,
        split_order=split_order,
        formats=years_of_two_first(formats),
        iso=any(is_iso(match) for match in matched),
        serial=any(_SERIAL.fullmatch(shape) for shape in shapes),
        zoned=any(match["zone"] for match in matched),
        worded=any(named(match) or (match["half"] and len(match["half"]) > 2) for match in matched),
        undecided=split and not order and not winner,
        contradicted=0 if order else min(voted),
    )


def years_of_two_first(formats: Iterable[str]) -> tuple[str, ...]:
    """Return formats in the order to try: a year of four digits would also take one of two."""
    return tuple(sorted(formats, key=lambda text: ("%Y" in text, text)))


def every_format(order: str) -> tuple[str, ...]:
    """Return the formats of every way of writing a moment that we know, in one order of day and month."""
    first, second = ORDERS[order]
    days = ["%Y%m%d"]
    for mark in "/-. ":
        days += [f"%Y{mark}%m{mark}%d", f"%d{mark}%b{mark}%Y", f"%d{mark}%b{mark}%y"]
        years = ("%y", "%Y") if order != "ymd" else ()
        days += [f"{first}{mark}{second}{mark}{year}" for year in years] or [f"%y{mark}{first}{mark}{second}"]
    times = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M%p", " %I:%M:%S %p", " %I:%M:%S%p")
    moments = [f"{day}{time}" for day in days for time in (*times, "T%H:%M", "T%H:%M:%S", "T%H:%M:%S.%f", ", %H:%M")]
    return years_of_two_first([*moments, *_COMPACT.values()])


def named(match: re.Match[str]) -> bool:
    """Tell whether the month of a shape is a word."""
    return bool(match["b"]) and not match["b"].startswith("9")


def is_iso(match: re.Match[str]) -> bool:
    """Tell whether a shape is read by a cast: year first, hours to 24."""
    year_first = bool(match["a"]) and len(match["a"]) == 4 and match["b"].startswith("9") and match["mark"] in "-/"
    return year_first and not match["half"] and match["apart"] in (None, " ", "T") and len(match["c"]) <= 2


def date_format(match: re.Match[str], order: str) -> str:
    """Return the format of a shape; empty when a cast reads it or nothing does."""
    if is_iso(match):
        return ""
    day = "%Y%m%d" if match["whole"] else split_format(match, order)
    if not match["hour"]:
        return day if not match["apart"] else ""
    hours = "%I" if match["half"] else "%H"
    seconds = (":%S" if match["second"] else "") + (".%f" if match["part"] else "")
    half = (match["gap"][:1] + "%p") if match["half"] else ""
    return f"{day}{match['apart'] or ''}{hours}:%M{seconds}{half}" if day and match["apart"] else ""


def split_format(match: re.Match[str], order: str) -> str:
    """Return the format of a date in three parts."""
    mark, last = match["mark"], match["c"]
    if len(match["a"]) == 4:
        return f"%Y{mark}{'%b' if named(match) else '%m'}{mark}%d" if len(last) <= 2 else ""
    if len(match["a"]) > 2:
        return ""
    if named(match):
        return f"%d{mark}%b{mark}{year_of(last)}" if len(last) in (2, 4) else ""
    first, second = ORDERS[order]
    if order == "ymd" and len(last) <= 2:
        return f"%y{mark}{first}{mark}{second}"
    return f"{first}{mark}{second}{mark}{year_of(last)}" if len(last) in (2, 4) else ""


def year_of(digits: str) -> str:
    """Return the format of a year of two or four digits."""
    return "%Y" if len(digits) == 4 else "%y"


def sql(text: str, reading: Reading) -> str:
    """Return the SQL that reads a trimmed text as a timestamp, null where it is none.

    A reading made for the shapes of the sample comes first; what it refuses goes to the thorough one. A time zone is
    left aside: the clock on the wall where the sale took place counts.
    """
    thorough = Reading(
        reading.order,
        reading.split_order,
        every_format(reading.split_order),
        iso=True,
        serial=True,
        zoned=True,
        worded=True,
    )
    # Inside a CASE the engine reads the thorough way only where the narrow one failed. Without a digit there is no
    # date, though the engine reads "infinity" as one.
    tries = ", ".join([*attempts(text, reading), *attempts(text, thorough)])
    return f"CASE WHEN regexp_matches({text}, '[0-9]') THEN coalesce({tries}) END"


def attempts(text: str, reading: Reading) -> list[str]:
    """Return the SQL of each way of reading a text as a timestamp, in the order to try."""
    written = f"upper({text})" if reading.worded else text
    if reading.zoned:
        written = f"regexp_replace({written}, '(:\\d\\d(?:[.]\\d+)?) *(?:Z|UTC|[-+]\\d\\d:?\\d\\d)$', '\\1')"
    if reading.worded:
        written = f"regexp_replace({written}, '([AP])[.]? ?M[.]?$', '\\1M')"
        written = f"regexp_replace(replace({written}, ' DE ', ' '), '([A-Z]{{3}})[A-Z]*[.]?', '\\1')"
        for spanish, english in MONTHS:
            written = f"replace({written}, '{spanish}', '{english}')"
    tries = []
    if reading.iso:
        tries.append(f"CASE WHEN regexp_matches({text}, '^\\d{{4}}[-/]') THEN TRY_CAST({written} AS TIMESTAMP) END")
    if reading.formats:
        formats = ", ".join(sources.literal(form) for form in reading.formats)
        tries.append(f"try_strptime({written}, [{formats}])")
    if reading.serial:
        number = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)"
        tries.append(
            f"CASE WHEN regexp_full_match({text}, '\\d{{5}}([.,]\\d+)?(e0)?') THEN {serial_moment(number)} END"
        )
    return tries


def serial_moment(number: str) -> str:
    """Return the SQL that reads a spreadsheet's day number (1 is the first of January 1900) as a timestamp."""
    return (
        f"CASE WHEN {number} BETWEEN 20000 AND 80000 THEN TIMESTAMP '1899-12-30' "
        f"+ to_microseconds(CAST(round({number} * 86400) AS BIGINT) * 1000000) END"
    )
