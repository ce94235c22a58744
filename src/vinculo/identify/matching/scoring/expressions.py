"""Expressions: the conditions of Splink's levels, SQL over two records, compiled to Python.

Null behaves as in SQL: what is compared with nothing is neither true nor false. Only what our comparisons use is known;
anything else is refused when the model is read, not when a customer is at the till.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp

from vinculo.identify.matching.model import ModelError
from vinculo.identify.matching.scoring import similarity

Record = Mapping[str, Any]
Evaluate = Callable[[Record, Record], Any]

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "length": len,
    "abs": abs,
    "left": lambda text, count: text[:count],
    "substr": lambda text, start, count: text[start - 1 : start - 1 + count],
    "substring": lambda text, start, count: text[start - 1 : start - 1 + count],
    "jaro_winkler_similarity": similarity.jaro_winkler_similarity,
    "jarowinkler_similarity": similarity.jaro_winkler_similarity,
    "damerau_levenshtein": similarity.damerau_levenshtein,
}
_OPERATORS: dict[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.EQ: lambda one, other: one == other,
    exp.NEQ: lambda one, other: one != other,
    exp.GT: lambda one, other: one > other,
    exp.GTE: lambda one, other: one >= other,
    exp.LT: lambda one, other: one < other,
    exp.LTE: lambda one, other: one <= other,
    exp.Sub: lambda one, other: one - other,
    exp.Add: lambda one, other: one + other,
}


def compiled(condition: str) -> Evaluate:
    """Return the condition of a level as a function of the left and the right record.

    >>> same = compiled("given_l = given_r AND NOT given_l IS NULL")
    >>> same({"given": "ana"}, {"given": "ana"}), same({"given": "ana"}, {"given": None})
    (True, None)
    """
    if condition.strip().upper() == "ELSE":
        return lambda _left, _right: True
    return built(sqlglot.parse_one(condition, read="duckdb"))


def columns(query: str) -> dict[str, Evaluate]:
    """Return what a query says of two records, by the names of its columns."""
    parsed = sqlglot.parse_one(query, read="duckdb", into=exp.Select)
    return {each.alias: built(each.this) for each in parsed.selects if each.alias}


def built(node: exp.Expr) -> Evaluate:
    """Return the function of one node of an expression."""
    if isinstance(node, exp.Paren):
        return built(node.this)
    if isinstance(node, exp.Column):
        return column(node.name)
    if isinstance(node, exp.Boolean):
        truth = bool(node.this)
        return lambda _left, _right: truth
    if isinstance(node, exp.Literal):
        value = node.this if node.is_string else float(node.this) if "." in node.this else int(node.this)
        return lambda _left, _right: value
    if isinstance(node, exp.And | exp.Or | exp.Not | exp.Is):
        return logical(node)
    if isinstance(node, exp.Coalesce):
        return first_known([built(node.this), *(built(part) for part in node.expressions)])
    if type(node) in _OPERATORS:
        return applied(_OPERATORS[type(node)], [built(node.this), built(node.expression)])
    if isinstance(node, exp.Func):
        return function(node)
    raise refused(node)


def column(name: str) -> Evaluate:
    """Return the function that reads a field of the left record (`…_l`) or of the right one (`…_r`)."""
    field, side = name[:-2], name[-2:]
    if side == "_l":
        return lambda left, _right: left.get(field)
    return lambda _left, right: right.get(field)


def logical(node: exp.Expr) -> Evaluate:
    """Return the function of AND, OR, NOT and IS NULL, with SQL's three truths."""
    one = built(node.this)
    if isinstance(node, exp.Not):
        return lambda left, right: None if (found := one(left, right)) is None else not found
    if isinstance(node, exp.Is):
        if not isinstance(node.expression, exp.Null):
            raise refused(node)
        return lambda left, right: one(left, right) is None
    decisive, other = isinstance(node, exp.Or), built(node.expression)

    def joined(left: Record, right: Record) -> bool | None:
        first: bool | None = one(left, right)
        if first is decisive:
            return first
        second: bool | None = other(left, right)
        if second is decisive:
            return second
        return None if first is None or second is None else not decisive

    return joined


def first_known(arguments: list[Evaluate]) -> Evaluate:
    """Return the function of COALESCE."""
    return lambda left, right: next(
        (found for argument in arguments if (found := argument(left, right)) is not None), None
    )


def function(node: exp.Func) -> Evaluate:
    """Return the function of a call."""
    name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
    arguments = [built(part) for part in node.iter_expressions() if isinstance(part, exp.Expr)]
    known = _FUNCTIONS.get(name)
    if known is None:
        raise refused(node)
    return applied(known, arguments)


def applied(operation: Callable[..., Any], arguments: list[Evaluate]) -> Evaluate:
    """Return a function of arguments that is null when one of them is."""

    def value(left: Record, right: Record) -> Any:
        found = [argument(left, right) for argument in arguments]
        return None if any(each is None for each in found) else operation(*found)

    return value


def refused(node: exp.Expr) -> ModelError:
    """Return the error for what the scorer does not know."""
    return ModelError(
        "The scorer does not know {expression}: it reads the models of this version only.", expression=node.sql()
    )
