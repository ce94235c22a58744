"""Explanation: why two records are one customer, or are not, as a waterfall and as one sentence in any language."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from vinculo.foundation.phrases import Phrase
from vinculo.identify.matching.comparisons import ORGANISATION
from vinculo.identify.matching.model import Bands
from vinculo.identify.matching.scoring.scorer import Field, Score

FIELDS = {
    "given": Phrase("given name"),
    "family": Phrase("first surname"),
    "second": Phrase("second surname"),
    "birth": Phrase("birth date"),
    "email": Phrase("e-mail"),
    "phone": Phrase("phone"),
    "tax_id": Phrase("tax number"),
    "address": Phrase("address"),
    "name": Phrase("name of the company"),
    "web_domain": Phrase("web domain"),
}
"""What each field is called."""
_TOLD = {
    ("given", "same"): Phrase("the same given name"),
    ("given", "part"): Phrase("one of two given names"),
    ("given", "second"): Phrase("one of two given names"),
    ("given", "initial"): Phrase("an initial that fits the given name"),
    ("given", "near"): Phrase("nearly the same given name"),
    ("given", "crossed"): Phrase("given name and surname swapped"),
    ("given", "other"): Phrase("another given name"),
    ("family", "same"): Phrase("the same first surname"),
    ("family", "crossed"): Phrase("surnames in another order"),
    ("family", "near"): Phrase("nearly the same first surname"),
    ("family", "other"): Phrase("another first surname"),
    ("second", "same"): Phrase("the same second surname"),
    ("second", "crossed"): Phrase("surnames in another order"),
    ("second", "near"): Phrase("nearly the same second surname"),
    ("second", "other"): Phrase("another second surname"),
    ("birth", "same"): Phrase("the same birth date"),
    ("birth", "near"): Phrase("a birth date one slip away"),
    ("birth", "other"): Phrase("another birth date"),
    ("email", "same"): Phrase("the same e-mail"),
    ("email", "near"): Phrase("an e-mail one slip away"),
    ("email", "other"): Phrase("another e-mail"),
    ("phone", "same"): Phrase("the same phone"),
    ("phone", "near"): Phrase("a phone one digit away"),
    ("phone", "other"): Phrase("another phone"),
    ("tax_id", "same"): Phrase("the same tax number"),
    ("tax_id", "near"): Phrase("a tax number one slip away"),
    ("tax_id", "other"): Phrase("another tax number"),
    ("address", "same"): Phrase("the same address"),
    ("address", "line"): Phrase("the same street and number"),
    ("address", "near"): Phrase("nearly the same address"),
    ("address", "postcode"): Phrase("the same postcode"),
    ("address", "town"): Phrase("the same town"),
    ("address", "moved_near"): Phrase("another address in the same town"),
    ("address", "other"): Phrase("another address"),
    ("name", "same"): Phrase("the same name"),
    ("name", "order"): Phrase("the same words in the name"),
    ("name", "near"): Phrase("nearly the same name"),
    ("name", "begins"): Phrase("a name that begins alike"),
    ("name", "other"): Phrase("another name"),
    ("web_domain", "same"): Phrase("the same web domain"),
    ("web_domain", "other"): Phrase("another web domain"),
}
_RULES = {
    "given_name": Phrase("the given names differ, and neither birth date nor tax number is the same"),
    "name": Phrase("the names of the companies differ"),
    "branch": Phrase(
        "one may be a branch of the other: the addresses differ, and neither e-mail nor phone is the same"
    ),
    "tax_id": Phrase("the tax numbers differ"),
    "birth_date": Phrase("the birth dates differ"),
    "second_surname": Phrase("the second surnames differ"),
}
_NAMESAKES = Phrase("two may share a name and a birth date, and nothing else points to one")
_MATCHED = "Matched as {one} ({percent} %): {reasons}."
_MATCHED_WITH_DOUBTS = "Matched as {one} ({percent} %): {reasons}; against it: {doubts}."
_PERHAPS = "Perhaps {one} ({percent} %), to be reviewed: {reasons}."
_PERHAPS_WITH_DOUBTS = "Perhaps {one} ({percent} %), to be reviewed: {reasons}; against it: {doubts}."


class Step(NamedTuple):
    """One step of a waterfall: what is added, and where it leads."""

    name: str
    """A field, `prior` or `final`."""
    label: Phrase
    weight: float
    total: float


def waterfall(prior: float, weights: Mapping[str, float]) -> tuple[Step, ...]:
    """Return the steps from the prior to the final weight, those that say most first; for a stored edge or a score.

    >>> [(step.name, step.total) for step in waterfall(-18.0, {"phone": -2.0, "email": 19.5})]
    [('prior', -18.0), ('email', 1.5), ('phone', -0.5), ('final', -0.5)]
    """
    steps = [Step("prior", Phrase("before anything is compared"), prior, prior)]
    for name, weight in sorted(weights.items(), key=lambda each: (-abs(each[1]), each[0])):
        if weight:
            steps.append(Step(name, FIELDS[name], weight, steps[-1].total + weight))
    return (*steps, Step("final", Phrase("all together"), 0.0, steps[-1].total))


def sentence(score: Score, *, kind: str, band: str) -> Phrase:
    """Return why two records are one customer, or may be, or are not, in one sentence."""
    strongest = sorted(score.fields, key=lambda field: -abs(field.weight))
    reasons = words(field for field in strongest if field.weight > 0)
    doubts = words(field for field in strongest if field.weight < 0)
    percent = percentage(score)
    namesakes = band == "steward" and score.weight >= Bands.auto and not score.identified
    if (score.rules or namesakes) and band != "auto":
        rules = [_RULES[rule] for rule in score.rules] or [_NAMESAKES]
        if band == "steward":
            return Phrase(
                "To be reviewed, although much agrees ({percent} %: {reasons}): {rules}.",
                percent=percent,
                reasons=reasons,
                rules=rules,
            )
        return Phrase("Kept apart: {rules}.", rules=rules)
    one = Phrase("one company") if kind == ORGANISATION else Phrase("one person")
    if band == "separate":
        return apart(one, percent, reasons, doubts)
    if doubts:
        return Phrase(
            _MATCHED_WITH_DOUBTS if band == "auto" else _PERHAPS_WITH_DOUBTS,
            one=one,
            percent=percent,
            reasons=reasons,
            doubts=doubts,
        )
    return Phrase(_MATCHED if band == "auto" else _PERHAPS, one=one, percent=percent, reasons=reasons)


def apart(one: Phrase, percent: Phrase, reasons: list[Phrase], doubts: list[Phrase]) -> Phrase:
    """Return why too little speaks for one customer."""
    if not reasons:
        return Phrase("Kept apart: nothing speaks for {one} ({percent} %).", one=one, percent=percent)
    if not doubts:
        return Phrase(
            "Kept apart: {reasons} alone are not enough for {one} ({percent} %).",
            one=one,
            percent=percent,
            reasons=reasons,
        )
    return Phrase(
        "Kept apart: {reasons} are not enough for {one} ({percent} %), and there is {doubts}.",
        one=one,
        percent=percent,
        reasons=reasons,
        doubts=doubts,
    )


def words(fields: Iterable[Field]) -> list[Phrase]:
    """Return what fields say, each thing once."""
    told = {str(phrase): phrase for field in fields if (phrase := _TOLD.get((field.name, field.level)))}
    return list(told.values())


def percentage(score: Score) -> Phrase:
    """Return the probability as people read it: never a hundred, never nothing.

    >>> str(percentage(Score(30.0, 0.9999999, -18.0, (), ""))), str(percentage(Score(0.0, 0.5, -18.0, (), "")))
    ('>99.9', '50')
    """
    percent = 100 * score.probability
    if percent > 99.9 or percent < 0.1:
        return Phrase(">{share:.1f}", share=99.9) if percent > 50 else Phrase("<{share:.1f}", share=0.1)
    return Phrase("{share:.0f}" if 1 <= percent <= 99 else "{share:.1f}", share=percent)
