"""The outcome of a simulation: sums, drawings and tables of what would have changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.core.cache import caches
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vinculo.measure.charts import drawing
from vinculo.measure.charts.linked import columns
from vinculo.measure.charts.reader import Reader
from vinculo.measure.report import names
from vinculo.programs.records.models import Level, Member, Program, Replay, RuleVersion, Unit
from vinculo.programs.records.till import finding

DRAWINGS, SHOWN = "drawings", 10


def shown(program: Program, replay: Replay, reader: Reader, *, named: bool) -> dict[str, Any]:
    """Return what the page of a simulation shows, unit by unit."""
    result = replay.result or {}
    units = {each.code: str(each) for each in Unit.objects.filter(program=program)}
    levels, rules = level_names(program), rule_names(program)

    def word(key: str, code: str) -> str:
        if key == "by_segment":
            return names.of(reader, code) if code else _("no segment")
        return (levels if key == "by_level" else rules).get(code, code)

    return {
        "result": result,
        "budgets": [
            (budget_name(each, rules), [ran_out(program, each[name], reader) for name in ("old", "new")])
            for each in result.get("budgets", ())
        ],
        "units": [
            {
                "code": code,
                "name": units.get(code, code),
                "found": found,
                "change": found["new"] - found["old"],
                "share": (found["new"] - found["old"]) / found["old"] if found["old"] else None,
                "month_chart": by_month(replay, code, found, reader),
                "band_chart": by_band(replay, code, found, reader),
                "months": [row(each, month_name(reader, each["name"])) for each in found["by_month"]],
                "tables": [
                    (title, [row(each, word(key, each["name"])) for each in found[key]])
                    for key, title in (
                        ("by_segment", _("By segment")),
                        ("by_level", _("By level")),
                        ("by_rule", _("By rule")),
                    )
                ],
                "people": sides(found) if named else [],
            }
            for code, found in result.get("units", {}).items()
        ],
    }


def budget_name(each: Mapping[str, str], rules: Mapping[str, str]) -> str:
    """Return the name of a budget: of a campaign, or of a rule."""
    if each["of"] == "campaign":
        return _("Campaign {name}").format(name=each["name"])
    return rules.get(each["name"], each["name"])


def ran_out(program: Program, found: Mapping[str, Any], reader: Reader) -> str:
    """Say when a budget ran out first, and how many points it took away."""
    if found["spent_at"] is None:
        return _("lasts")
    at = datetime.fromisoformat(found["spent_at"]).astimezone(ZoneInfo(program.zone))
    said = _("runs out on {moment}; {points} points are not given")
    return said.format(moment=reader.moment(at), points=reader.number(found["cut"]))


def row(each: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a row of both sides and what lies between them."""
    return {"name": name, "old": each["old"], "new": each["new"], "change": each["new"] - each["old"]}


def month_name(reader: Reader, month: str) -> str:
    """Return the name of a month."""
    return reader.whole_month(date.fromisoformat(f"{month}-01"))


def level_names(program: Program) -> dict[str, str]:
    """Return the names of levels by code; members without one have none."""
    language = translation.get_language() or "en"
    levels = Level.objects.filter(level_set__program=program).order_by("-level_set_id")
    return {each.code: each.name_in(language) for each in levels} | {"": _("no level")}


def rule_names(program: Program) -> dict[str, str]:
    """Return the names of rules by code, as their latest versions have them."""
    found = RuleVersion.objects.filter(rule__program=program).select_related("rule").order_by("version")
    return {each.rule.code: str(each) for each in found}


def sides(found: Mapping[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return who wins and who loses most, by name."""
    given = [(_("Who wins most"), found["most_won"][:SHOWN]), (_("Who loses most"), found["most_lost"][:SHOWN])]
    ids = [each["member_id"] for _title, rows in given for each in rows]
    people = {each.member.pk: each for each in finding.people(list(Member.objects.filter(pk__in=ids)))}
    return [
        (title, [{**row(each, ""), "person": people.get(each["member_id"])} for each in rows])
        for title, rows in given
        if rows
    ]


def by_month(replay: Replay, unit: str, found: Mapping[str, Any], reader: Reader) -> SafeString:
    """Draw the difference month by month."""
    bars = [(reader.month(f"{each['name']}-01"), each["new"] - each["old"])
            for each in found["by_month"]]  # fmt: skip
    return drawn(replay, f"months-{unit}", bars, reader, _("Difference in points by month"), drawing.WIDE)


def by_band(replay: Replay, unit: str, found: Mapping[str, Any], reader: Reader) -> SafeString:
    """Draw how many members win or lose how much."""
    bars = [(band_name(each, reader), each["members"]) for each in found["bands"] if each["sign"]]
    return drawn(replay, f"bands-{unit}", bars, reader, _("Members by points won (+) or lost (−)"), drawing.NARROW)  # noqa: RUF001 # a minus


def band_name(each: Mapping[str, int], reader: Reader) -> str:
    """Return the name of a band of differences: from so many points on."""
    sign = "+" if each["sign"] > 0 else "\u2212"
    return f"{sign}{reader.short_number(max(abs(each['from']), 1))}"


def drawn(
    replay: Replay, name: str, bars: Sequence[tuple[str, int]], reader: Reader, title: str, width: int
) -> SafeString:
    """Draw bars once: a simulation that is done never changes."""
    if not bars:
        return SafeString("")
    key = f"replay:{replay.pk}:{replay.finished_at}:{name}:{reader.language}".replace(" ", "_")
    found: str | None = caches[DRAWINGS].get(key)
    if found is None:
        labels, amounts = zip(*bars, strict=True)
        table = pa.table({"label": list(labels), "amount": list(amounts), "whole": [True] * len(labels)})
        chart = columns.bars(table, reader.short_number, title, width=width)
        found = drawing.svg(chart, name=name, title=title, description=title)
        caches[DRAWINGS].set(key, found)
    # Every word of it is escaped where it is drawn.
    return SafeString(found)
