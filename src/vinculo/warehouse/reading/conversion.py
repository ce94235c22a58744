"""Conversion: one SELECT, built from the mapping, that turns the columns of a source into those of `order_lines`.

The names of columns differ from file to file, so this is the one place where SQL is built in Python. No header is
ever part of it: sources name their columns c0, c1, …, and every literal is quoted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vinculo.foundation import money
from vinculo.warehouse.reading.columns import dates, numbers, shapes, synonyms, totals
from vinculo.warehouse.reading.columns.shapes import Shapes
from vinculo.warehouse.reading.sources import source as sources

TEXTS = ("order_id", "customer_id", "product_id", "product_name", "category", "channel", "country", "segment")
SYMBOLS = {"€": "EUR", "£": "GBP", "$": "USD", "US$": "USD", "EURO": "EUR", "EUROS": "EUR"}


@dataclass(frozen=True)
class Field:
    """One mapped column: where it is, its type, and for texts how they are written."""

    place: int
    type: str
    shapes: Shapes = ()
    decimal: str = "."
    minor: bool = False
    """Whether the amounts are minor units already."""
    moments: dates.Reading | None = None
    pointed: bool = False
    """Whether the ids were written as fractions (17850.0)."""

    @property
    def text(self) -> bool:
        """Tell whether the column holds texts to be understood."""
        return not (self.number or self.dated or self.type == "TIME")

    @property
    def number(self) -> bool:
        """Tell whether the column holds numbers already."""
        return self.type.startswith(("DECIMAL", "DOUBLE", "FLOAT")) or self.type.endswith(("INT", "INTEGER"))

    @property
    def dated(self) -> bool:
        """Tell whether the column holds days or moments already."""
        return self.type.startswith(("DATE", "TIMESTAMP"))


@dataclass(frozen=True)
class Plan:
    """All that the conversion needs to know."""

    fields: Mapping[str, Field]
    currency: str
    rates: Mapping[str, float] = field(default_factory=dict)


def sql(plan: Plan, relation: str) -> str:
    """Return the SELECT whose rows are the rows of the relation, converted.

    Its columns are those of `order_lines` without line_number and line_kind, then other_currency, and `fault` (the
    target that could not be read; `empty` for a row without any cell used) with what was `found` there.
    """
    fields = plan.fields
    written = {
        name: unmarked(cell(item)) if item.text and name in TEXTS else cell(item) for name, item in fields.items()
    }
    cells = ", ".join(f"{text} AS {target}" for target, text in written.items())
    meant = ", ".join(f"{meaning(target, item)} AS {target}" for target, item in fields.items())
    valued = ", ".join(f"{value(target, item)} AS v_{target}" for target, item in fields.items() if target not in TEXTS)
    nothing = "CAST(NULL AS VARCHAR)"
    texts = [f"{as_text(name, fields[name]) if name in fields else nothing} AS {name}" for name in TEXTS]
    return f"""
        SELECT {", ".join(texts)},
            happened_at0 AS happened_at,
            CAST(side * abs(pieces) AS DOUBLE) AS quantity,
            CAST(side * (abs(net0) + discount0{taken_off(fields)}) AS BIGINT) AS gross_minor,
            CAST(discount0 AS BIGINT) AS discount_minor,
            CAST(side * (abs(net0){taken_off(fields)}) AS BIGINT) AS net_minor,
            CAST({cost(plan)} AS BIGINT) AS cost_minor,
            {other_currency(plan)} AS other_currency,
            {fault(fields)} AS fault,
            {found(fields)} AS found
        FROM (SELECT *, {discount(plan)} AS discount0, CASE WHEN net0 < 0 OR pieces < 0 THEN -1 ELSE 1 END AS side
        FROM (SELECT *, {net(plan)} AS net0, {quantity(fields)} AS pieces, {moment(fields)} AS happened_at0
        FROM (SELECT *, {valued}
        FROM (SELECT {meant}
        FROM (SELECT {cells} FROM ({relation}))))))
    """


def cell(item: Field) -> str:
    """Return the SQL of a cell: texts trimmed, everything else as it is."""
    if not item.text:
        return f"c{item.place}"
    text = f"CAST(c{item.place} AS VARCHAR)"
    # Trimming looks at every character of a text, so only those are trimmed that may need it.
    loose = f"{text} LIKE ' %' OR {text} LIKE '% ' OR strlen({text}) > length({text})"
    return f"CASE WHEN {loose} THEN trim({text}) ELSE {text} END"


def unmarked(text: str) -> str:
    """Return the SQL of a text without the apostrophe by which an export keeps a spreadsheet from running it."""
    marked = rf"{text} BETWEEN '''' AND '(' AND regexp_matches({text}, '^''+[=+@\t\r-]')"
    return f"CASE WHEN {marked} THEN substr({text}, 2) ELSE {text} END"


def meaning(target: str, item: Field) -> str:
    """Return the SQL of a cell that is null where nothing was meant."""
    return shapes.missing_as_null(target) if item.text else target


def as_text(name: str, item: Field) -> str:
    """Return the SQL of a cell as text: whole numbers without a fraction, though they were stored with one."""
    if item.type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        whole = f"CAST(TRY_CAST({name} AS BIGINT) AS VARCHAR)"
        nothing = f"isnan({name})" if not item.type.startswith("DECIMAL") else "FALSE"
        return (
            f"CASE WHEN {nothing} THEN NULL WHEN {name} = trunc({name}) THEN {whole} ELSE CAST({name} AS VARCHAR) END"
        )
    if item.pointed:
        return f"regexp_replace({name}, '[.]0$', '')"
    return name if item.text else f"CAST({name} AS VARCHAR)"


def value(target: str, item: Field) -> str:
    """Return the SQL of the value of a cell, null where it cannot be read."""
    if target == "happened_at":
        if item.dated:
            return f"CAST({target} AS TIMESTAMP)"
        return dates.sql(as_text(target, item), item.moments or dates.Reading("dmy"))
    if target == "time":
        return time_of_day(item)
    if target == "currency":
        names = " ".join(
            f"WHEN {sources.literal(symbol)} THEN {sources.literal(code)}" for symbol, code in SYMBOLS.items()
        )
        return f"CASE upper({target}) {names} ELSE upper({target}) END"
    if item.number:
        return f"TRY_CAST({target} AS {numbers.TYPE})"
    return numbers.sql(target, item.shapes, item.decimal)


def time_of_day(item: Field) -> str:
    """Return the SQL of a time of day: 10:05, 10:05:33, 9:05 PM, or 1005."""
    if item.dated or item.type == "TIME":
        return "CAST(time AS TIME)"
    text = as_text("time", item)
    clock = f"lpad({text}, 4, '0')"
    return (
        f"coalesce(TRY_CAST({text} AS TIME), "
        f"CAST(try_strptime({text}, ['%I:%M %p', '%I:%M%p', '%I:%M:%S %p']) AS TIME), "
        f"CASE WHEN regexp_full_match({text}, '\\d{{1,4}}') THEN TRY_CAST(left({clock}, 2) || ':' || right({clock}, 2) "
        "AS TIME) END)"
    )


def moment(fields: Mapping[str, Field]) -> str:
    """Return the SQL of the moment: the date, with the time of day where it stands in a column of its own."""
    day = "v_happened_at"
    if "time" in fields:
        day = f"CASE WHEN v_time IS NULL THEN {day} ELSE CAST({day} AS DATE) + v_time END"
    return f"CASE WHEN v_happened_at BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2999-12-31' THEN {day} END"


def quantity(fields: Mapping[str, Field]) -> str:
    """Return the SQL of the pieces: one where nothing is said."""
    return "coalesce(v_quantity, 1)" if "quantity" in fields else f"CAST(1 AS {numbers.TYPE})"


def minor(plan: Plan, target: str, major: str) -> str:
    """Return the SQL of an amount in minor units of the run currency, half to even.

    Amounts are exact decimals; a product or a conversion is rounded to six digits first.
    """
    if target in plan.fields and plan.fields[target].minor:
        return f"TRY_CAST(round_even({major}, 0) AS BIGINT)"
    if plan.rates and "currency" in plan.fields:
        cases = " ".join(f"WHEN {sources.literal(code)} THEN {rate!r}" for code, rate in plan.rates.items())
        major = f"TRY_CAST({major} * CAST(CASE v_currency {cases} ELSE 1 END AS DOUBLE) AS {numbers.TYPE})"
    digits, factor = money.digits(plan.currency), money.minor_per_major(plan.currency)
    return f"TRY_CAST(round_even({major}, {digits}) * {factor} AS BIGINT)"


def product(price: str, fields: Mapping[str, Field], *, absolute: bool = False) -> str:
    """Return the SQL of a price times the pieces."""
    pieces = "coalesce(v_quantity, 1)" if "quantity" in fields else "1"
    if absolute:
        pieces = f"abs({pieces})"
    return f"TRY_CAST(CAST({price} AS DOUBLE) * CAST({pieces} AS DOUBLE) AS {numbers.TYPE})"


def net(plan: Plan) -> str:
    """Return the SQL of the amount of a line: the net if given, else the gross, else price times pieces."""
    given = [minor(plan, target, f"v_{target}") for target in ("amount", "gross") if target in plan.fields]
    if "unit_price" in plan.fields:
        given.append(minor(plan, "unit_price", product("v_unit_price", plan.fields)))
    return f"coalesce({', '.join(given)})"


def discount(plan: Plan) -> str:
    """Return the SQL of the discount, never negative: as given, else what gross and net leave between them."""
    if "discount" in plan.fields:
        return f"coalesce(abs({minor(plan, 'discount', 'v_discount')}), 0)"
    if {"amount", "gross"} <= set(plan.fields):
        gross = minor(plan, "gross", "v_gross")
        return f"CASE WHEN v_amount IS NULL THEN 0 ELSE greatest(coalesce(abs({gross}), 0) - abs(net0), 0) END"
    return "0"


def taken_off(fields: Mapping[str, Field]) -> str:
    """Return the SQL that takes the discount off an amount that was given before discount."""
    if "discount" not in fields:
        return ""
    return " - CASE WHEN v_amount IS NULL THEN discount0 ELSE 0 END" if "amount" in fields else " - discount0"


def cost(plan: Plan) -> str:
    """Return the SQL of the cost of the goods of a line, null where it is not known."""
    if "cost" in plan.fields:
        return f"side * abs({minor(plan, 'cost', 'v_cost')})"
    if "unit_cost" in plan.fields:
        return f"side * abs({minor(plan, 'unit_cost', product('v_unit_cost', plan.fields, absolute=True))})"
    return "NULL"


def other_currency(plan: Plan) -> str:
    """Return the SQL that tells whether a line is in a currency that cannot be converted."""
    if "currency" not in plan.fields:
        return "FALSE"
    known = " AND ".join(f"v_currency <> {sources.literal(code)}" for code in (plan.currency, *plan.rates))
    return f"coalesce({known}, FALSE)"


def fault(fields: Mapping[str, Field]) -> str:
    """Return the SQL of the first target of a row that could not be read, null where all could."""
    empty = " AND ".join(f"{target} IS NULL" for target in fields)
    cases = [f"WHEN {empty} THEN 'empty'", f"WHEN {total(fields)} THEN 'total'"]
    cases.append("WHEN happened_at0 IS NULL THEN 'happened_at'")
    cases += [
        f"WHEN {target} IS NOT NULL AND v_{target} IS NULL THEN '{target}'"
        for target in ("time", *synonyms.NUMBERS)
        if target in fields and not (fields[target].number and target == "time")
    ]
    return f"CASE {' '.join(cases)} WHEN net0 IS NULL THEN '{amount_target(fields)}' END"


def total(fields: Mapping[str, Field]) -> str:
    """Return the SQL that tells a row which adds up the others: by its word, on no day or instead of a customer.

    On a day, something is sold to somebody whose number may be "Total", or to a guest who buys what is called so.
    """
    words = dict(worded(fields))
    if not words:
        return "FALSE"
    undated = f"happened_at0 IS NULL AND ({' OR '.join(words.values())})"
    if "customer_id" not in words:
        return undated
    others = [name for name in ("order_id", "product_id", "product_name") if name in fields]
    empty = "".join(f" AND ({name} IS NULL OR {words.get(name, 'FALSE')})" for name in others)
    return f"({undated}) OR ({words['customer_id']}{empty})" if others else undated


def worded(fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """Yield the targets of texts, each with the SQL that tells whether it holds the word of a total."""
    for target in (*TEXTS, "happened_at"):
        if target in fields and fields[target].text:
            yield target, totals.sql(target)


def amount_target(fields: Mapping[str, Field]) -> str:
    """Return the target an amount is read from first."""
    return next(target for target in ("amount", "gross", "unit_price") if target in fields)


def found(fields: Mapping[str, Field]) -> str:
    """Return the SQL of what stands where a row could not be read, cut after 200 characters."""
    cases = " ".join(
        f"WHEN '{target}' THEN left(CAST({target} AS VARCHAR), 200)"
        for target in ("happened_at", "time", *synonyms.NUMBERS)
        if target in fields
    )
    words = " ".join(f"WHEN {word} THEN left({target}, 200)" for target, word in worded(fields))
    known = f"WHEN 'total' THEN CASE {words} END" if words else ""
    return f"CASE {fault(fields)} {known} {cases} END"
