"""What the page of an import shows: columns with samples, accents marked, counts in words, and what may be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vinculo.identify.records import selectors, selectors_customer
from vinculo.identify.templates import policies as rules
from vinculo.web import shell
from vinculo.web.imports import words

SAMPLES = 4
Parts = list[tuple[str, bool]]


@dataclass(frozen=True)
class Column:
    """One column of the file: what it was taken for, how surely, and a few of its cells."""

    place: int
    header: str
    target: str
    percent: int
    why: str
    policy: str
    samples: list[Parts]

    @property
    def policies(self) -> list[tuple[str, str | Promise]]:
        """Return what may be asked of the column, with its words; all of it while it is not used."""
        allowed = rules.possible(self.target) if self.target else rules.NAMES
        return [(code, name) for code, name in words.POLICIES if code in allowed]

    @property
    def share(self) -> float:
        """Return how sure the guess is, from 0 to 1."""
        return self.percent / 100

    @property
    def sure(self) -> bool:
        """Tell whether nobody needs to look twice."""
        return not self.target or self.percent >= 70


def marked(text: str) -> Parts:
    """Split a text so that accented letters can be marked: a wrong encoding shows there first.

    >>> marked("Muñoz")
    [('Mu', False), ('ñ', True), ('oz', False)]
    """
    parts: Parts = []
    for character in text[:60]:
        odd = not character.isascii()
        if parts and parts[-1][1] == odd:
            parts[-1] = (parts[-1][0] + character, odd)
        else:
            parts.append((character, odd))
    return parts


def columns(preview: Any, options: Mapping[str, Any], *, rows: bool) -> Iterator[Column]:
    """Yield the columns of a previewed file; cells only for those who may see them."""
    taken = {item.column: item for item in preview.mapping}
    policies = options.get("policies", {})
    for place, header in enumerate(preview.headers):
        item = taken.get(header)
        cells = [row[place + 1] for row in preview.samples if place + 1 < len(row) and row[place + 1]] if rows else []
        yield Column(
            place,
            header,
            item.target if item else "",
            round(100 * item.confidence) if item else 0,
            item.why if item else "",
            policies.get(item.target, "overwrite") if item else "overwrite",
            [marked(cell) for cell in cells[:SAMPLES]],
        )


def figures(counts: Mapping[str, Any]) -> list[tuple[str | Promise, int]]:
    """Return the counts that are there, in words."""
    return [
        (name, int(counts[code]))
        for code, name in words.COUNTS.items()
        if isinstance(counts.get(code), int) and (counts[code] or code in ("rows", "new", "rejected"))
    ]


def details(counts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return kinds of lines and notes on values, in words."""
    kinds = [(str(words.LINE_KINDS.get(code, code)), int(n)) for code, n in dict(counts.get("line_kinds", {})).items()]
    notes = []
    for code, times in dict(counts.get("notes", {})).items():
        target, _dot, note = code.partition(".")
        notes.append((f"{words.TARGETS.get(target, target)}: {words.NOTES.get(note, note)}", int(times)))
    return [*kinds, *notes]


def likely(preview: Any, counts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a dry run foresees of new rows that are known customers, in words; nothing where nobody was asked."""
    told = dict(preview.likely) if preview and preview.likely else None
    if told is None or not (told["same"] or told["maybe"]):
        return None
    known = selectors_customer.customers_of(customer_ids=[each["customer_id"] for each in told["examples"]])
    low, high = told["interval"]
    return {
        **told,
        "new": counts.get("new", told["looked_at"]),
        "low": low,
        "high": high,
        "share": told["same"] / told["looked_at"],
        "examples": [
            {**each, "customer": known[each["customer_id"]], "why": each["why"].get(shell.language(), "")}
            for each in told["examples"]
            if each["customer_id"] in known
        ],
    }


def undo_question(imported: Any) -> str:
    """Say what an undo of an import will do, before it is done."""
    counts = imported.counts
    return _(
        "Undo the import of {file}? {new} new entries are removed and {updated} go back to what they were before. "
        "What later imports brought stays."
    ).format(file=imported.file_name, new=counts.get("new", 0), updated=counts.get("updated", 0))


def may_see_rows(request: HttpRequest, imported: Any) -> bool:
    """Tell whether somebody may see cells of the file: who brought it, or who may see personal data."""
    mine = imported.created_by == request.user.get_username()
    return mine or request.user.has_perm("staff.personal_data_view")


def busy(imported: Any) -> bool:
    """Tell whether a job works on an import, or soon will."""
    return imported.state == "running" or (imported.job_id is not None and imported.state in ("uploaded", "previewed"))


def found(import_id: int) -> Any:
    """Return an import, or nothing."""
    return selectors.import_list().filter(pk=import_id).first()
