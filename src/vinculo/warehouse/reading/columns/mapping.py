"""Mapping: which column of the source is which, guessed from headers and values, and always open to correction."""

from collections.abc import Mapping, Sequence

from vinculo.foundation.errors import InputError
from vinculo.foundation.language import Translate
from vinculo.foundation.phrases import Phrase
from vinculo.warehouse.reading.columns import evidence as evidences
from vinculo.warehouse.reading.columns import synonyms
from vinculo.warehouse.reading.columns.evidence import Evidence
from vinculo.warehouse.reading.report import MappedColumn

ACCEPTED = 0.5
"""A guess below this confidence is not made."""
UNSURE = 0.7
"""A guess below this confidence is pointed out."""


def guess(
    headers: Sequence[str], evidence: Sequence[Evidence], given: Mapping[str, str], translate: Translate
) -> tuple[MappedColumn, ...]:
    """Return the mapping: what was asked for, then what headers say, then what values say.

    Raises `InputError` when a name asked for does not exist.
    """
    asked = overrides(headers, given)
    chosen = {target: (place, 1.0, "asked for") for target, place in asked.items() if place is not None}
    scores = sorted(
        (
            (-plausible(synonyms.likeness(header, target), target, evidence[place]), place, rank, target)
            for place, header in enumerate(headers)
            for rank, target in enumerate(synonyms.TARGETS)
            if target not in asked
        ),
    )
    taken = {place for place, _, _ in chosen.values()}
    for score, place, _, target in scores:
        if -score >= ACCEPTED and place not in taken and target not in chosen:
            chosen[target] = (place, round(-score, 2), "its name")
            taken.add(place)
    for target in ("happened_at", "amount", "customer_id"):
        price = target == "amount" and ({"unit_price", "gross"} & set(chosen))
        if target not in chosen and target not in asked and not price:
            place, score = from_values(target, headers, evidence, taken)
            if place >= 0:
                chosen[target] = (place, score, "its values")
                taken.add(place)
    return tuple(
        MappedColumn(target, headers[chosen[target][0]], chosen[target][1], translate(chosen[target][2]))
        for target in synonyms.TARGETS
        if target in chosen
    )


def overrides(headers: Sequence[str], given: Mapping[str, str]) -> dict[str, int | None]:
    """Return the place of the column asked for by target, None where a target is to be left out."""
    places: dict[str, int | None] = {}
    for name, header in given.items():
        target = synonyms.ALIASES.get(name, name)
        if target not in synonyms.TARGETS:
            raise InputError(
                "There is no column {target!r} to map to: choose among {choices}.",
                target=name,
                choices=tuple(synonyms.TARGETS),
            )
        if not header:
            places[target] = None
            continue
        same = [place for place, own in enumerate(headers) if own == header.strip()]
        alike = [place for place, own in enumerate(headers) if synonyms.words(own) == synonyms.words(header)]
        if not same and len(alike) != 1:
            raise InputError(
                "There is no column {column!r} for {target}: the headers found are {listed}.",
                column=header,
                target=target,
                listed=listed(headers),
                headers=tuple(headers),
            )
        places[target] = (same or alike)[0]
    return places


def plausible(likeness: float, target: str, evidence: Evidence) -> float:
    """Return the likeness of a name, lowered when the values speak against it."""
    if not evidence.filled or not likeness:
        return likeness * 0.9
    if target == "happened_at":
        return likeness * (0.55 + 0.45 * min(1.0, max(evidence.date, evidence.serial) / 0.5))
    if target in synonyms.NUMBERS:
        return likeness * (0.55 + 0.45 * min(1.0, evidence.number / 0.5))
    if target in ("customer_id", "order_id", "product_id") and evidence.date > 0.9:
        return likeness * 0.6
    if target == "product_id" and evidence.code < 0.5:
        return likeness * 0.6
    if target == "product_name" and evidence.code > 0.95:
        return likeness * 0.85
    if target in ("product_name", "category", "channel", "country", "segment") and evidence.fraction > 0.5:
        return likeness * 0.5
    return likeness


def from_values(
    target: str, headers: Sequence[str], evidence: Sequence[Evidence], taken: set[int]
) -> tuple[int, float]:
    """Return the only column whose values look like a target, and the confidence; -1 where there is none or many."""
    free = [place for place in range(len(headers)) if place not in taken and evidence[place].filled]
    if target == "happened_at":
        fit = [place for place in free if evidence[place].date > 0.9]
        return (fit[0], 0.6) if fit else (-1, 0.0)
    if target == "amount":
        fit = [place for place in free if evidence[place].number > 0.9 and evidence[place].fraction > 0.5]
    else:
        fit = [
            place
            for place in free
            if evidence[place].code > 0.95 and evidence[place].fraction < 0.1 and 0.02 < evidence[place].distinct < 1
            if evidence[place].date < 0.5
        ]
    return (fit[0], 0.5) if len(fit) == 1 else (-1, 0.0)


def require_minimum(mapping: Sequence[MappedColumn], headers: Sequence[str]) -> None:
    """Refuse a mapping without customer, day, and amount or price."""
    found = {mapped.target for mapped in mapping}
    missing = [target for target in ("customer_id", "happened_at") if target not in found]
    if not found & {"amount", "unit_price", "gross"}:
        missing.append("amount")
    if missing:
        data = any(evidences.looks_like_data(header) for header in headers)
        raise InputError(
            "No column was found for {wanted}; the headers found are {listed}. The first row looks like a line, not a "
            "header: add a header row. Say which is which: --map {first}=COLUMN."
            if data
            else "No column was found for {wanted}; the headers found are {listed}. Say which is which: "
            "--map {first}=COLUMN.",
            wanted=[Phrase("amount (or unit_price)") if target == "amount" else target for target in missing],
            listed=listed(headers),
            first=missing[0],
            missing=missing,
            headers=tuple(headers),
        )
    require_header([synonyms.likeness(item.column, item.target) for item in mapping], mapping, headers)


def require_header(likeness: Sequence[float], mapping: Sequence[MappedColumn], headers: Sequence[str]) -> None:
    """Refuse a file whose first row is a line: were it taken for a header, that line would be lost."""
    guessed = not any(likeness) and all(item.confidence < 1 for item in mapping)
    if guessed and any("@" in header or evidences.looks_like_data(header) for header in headers):
        raise InputError(
            "The first row looks like a line, not a header: add a header row. It holds {listed}.",
            listed=listed(headers),
            headers=tuple(headers),
        )


def warnings(mapping: Sequence[MappedColumn], translate: Translate) -> list[str]:
    """Point out guesses that are not sure."""
    sentence = translate(
        "The column {column!r} was taken for {target} by {why}, with confidence {confidence:.0%}: check it."
    )
    return [
        sentence.format(column=item.column, target=item.target, why=item.why, confidence=item.confidence)
        for item in mapping
        if item.confidence < UNSURE
    ]


def listed(headers: Sequence[str]) -> list[str] | Phrase:
    """Return headers as they are shown to a person, cut after forty."""
    shown = [repr(header[:60]) for header in headers[:40]]
    return Phrase("{shown} and {more} more", shown=shown, more=len(headers) - 40) if len(headers) > 40 else shown
