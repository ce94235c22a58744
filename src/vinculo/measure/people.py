"""People: the customers of a selection, counted and listed from the tables of a run.

The relations `value` and `customer_days` are those of the run of the selection; `earlier_value` and `later_value`
those of the runs it is compared with, where a term asks for them.
"""

from vinculo.differentiate.rfmt.migration import CAME
from vinculo.foundation.periods import parse_day
from vinculo.measure.selection import UNKNOWN, Condition, Selection
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

LAPSE_DAYS = 180
"""A customer is lost on the day that makes the silence longer than this; one purchase brings a lost customer back."""
_SIGNS = {"from": ">=", "to": "<=", "below": "<"}
_WAS = {"tier_was": "value_tier", "area_was": "relationship_area", "segment_was": "rfmt_segment"}
_DAYS = (("bought", "sale_lines > 0", "IN"), ("traded", "true", "IN"), ("silent", "sale_lines > 0", "NOT IN"))


def count(engine: Engine, chosen: Selection) -> int:
    """Return how many customers a selection holds."""
    sql, values = query(chosen)
    return int(engine.rows(f"SELECT count(*) AS customers FROM ({sql})", **values)["customers"][0].as_py())


def ids(engine: Engine, chosen: Selection) -> list[str]:
    """Return the ids of the customers of a selection, in no order."""
    sql, values = query(chosen)
    found: list[str] = engine.rows(sql, **values)["customer_id"].to_pylist()
    return found


class Bound:
    """Values that a query is given apart from its text, so that none of them can become part of it."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {"lapse_days": LAPSE_DAYS}

    def __call__(self, value: object) -> str:
        """Keep a value and return the name that stands for it."""
        name = f"given_{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def query(chosen: Selection) -> tuple[str, dict[str, object]]:
    """Return the query for the ids of a selection, and its values; only names of columns of ours are in the text."""
    bound = Bound()
    ranked = any(name.startswith("rank_") for name, _ in chosen.terms)
    conditions = [condition_sql(each, bound) for each in chosen.conditions]
    conditions += history_sql(chosen, bound)
    population = queries.load("vinculo.measure", "ranked_people" if ranked else "people")
    sql = f"SELECT customer_id FROM ({population}) AS people WHERE {' AND '.join(conditions) or 'true'}"
    return sql, bound.values


def condition_sql(condition: Condition, bound: Bound) -> str:
    """Return the SQL of one condition on a customer's row."""
    if condition.operator != "in":
        return f"{condition.column} {_SIGNS[condition.operator]} {bound(condition.value)}"
    assert isinstance(condition.value, tuple)
    # Of the column as it is, so that whoever reads it from a file can pass over what does not fit.
    among = f"{condition.column} IN ({', '.join(map(bound, condition.value))})"
    return f"({among} OR {condition.column} IS NULL)" if UNKNOWN in condition.value else among


def history_sql(chosen: Selection, bound: Bound) -> list[str]:
    """Return the SQL of the terms that need the tables of a run."""
    found: list[str] = []
    for what, lines, being in _DAYS:
        ends = [(end, chosen.given(f"{what}_{end}")) for end in ("from", "to")]
        days = [f"day {_SIGNS[end]} {bound(parse_day(day))}" for end, day in ends if day]
        if days:
            where = " AND ".join([lines, *days])
            found.append(f"customer_id {being} (SELECT customer_id FROM customer_days WHERE {where})")
    for name, text in chosen.terms:
        if name in _WAS:
            found.append(was_sql(_WAS[name], text, bound))
        elif name == "change":
            moved = queries.load("vinculo.measure", "changes")
            found.append(f"customer_id IN (SELECT customer_id FROM ({moved}) WHERE change = {bound(text)})")
        elif name == "gone":
            found.append("customer_id NOT IN (SELECT customer_id FROM later_value)")
    return found


def was_sql(column: str, text: str, bound: Bound) -> str:
    """Return the SQL of what a customer was in the earlier run."""
    if text == CAME:
        return "customer_id NOT IN (SELECT customer_id FROM earlier_value)"
    return f"customer_id IN (SELECT customer_id FROM earlier_value WHERE {column} = {bound(text)})"
