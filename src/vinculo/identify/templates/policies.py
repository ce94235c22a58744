"""Policies: what a column of a file may do to what is there already.

`overwrite` holds where nothing is said: a cell with a value replaces what was there, an empty cell replaces nothing.
`mirror` does the same and lets an empty cell empty what was there; `fill` gives only what is lacking; `append` keeps
what is there and adds to it; `never` leaves it alone. Every policy is about one column of a file and so about all
columns of a clean record that follow from it: a given name is also a part of the whole name.
"""

from collections.abc import Collection, Mapping

from vinculo.foundation.errors import InputError

OVERWRITE, MIRROR, FILL, APPEND, NEVER = "overwrite", "mirror", "fill", "append", "never"
NAMES = (OVERWRITE, MIRROR, FILL, APPEND, NEVER)
_PARTS = ("given_name", "family_name", "second_family_name")
_NAMED = ("name", *_PARTS)
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": _NAMED,
    "given_name": ("given_name", "name"),
    "family_name": ("family_name", "name"),
    "second_family_name": ("second_family_name", "name"),
    "family_names": ("family_name", "second_family_name", "name"),
    "organisation": _NAMED,
    "lines_2": ("lines",),
    "street_number": ("lines",),
    "category_2": ("category",),
    "category_3": ("category",),
    "list_price": ("list_price_minor",),
    "unit_cost": ("unit_cost_minor",),
    "stage": ("stage", "standing"),
}
"""Columns of a clean record that follow from a column of a file, where they are not of the same name."""
APPENDED = ("email", "email_2", "phone", "phone_2")
"""Columns that can hold more than one value."""
MIRRORED = (
    *("email", "email_2", "phone", "phone_2", "tax_id", "language", "country", "lines", "postcode", "city", "region"),
    *("acquisition_channel", "acquired_on", "second_family_name", "category"),
)
"""Columns that can be emptied."""


def possible(target: str) -> tuple[str, ...]:
    """Return the policies that make sense for a column.

    >>> possible("email"), possible("source_key"), possible("list_price")
    (('overwrite', 'mirror', 'fill', 'append', 'never'), ('overwrite',), ('overwrite', 'fill', 'never'))
    """
    if target == "source_key":
        return (OVERWRITE,)
    without = {*(() if target in APPENDED else (APPEND,)), *(() if target in MIRRORED else (MIRROR,))}
    return tuple(name for name in NAMES if name not in without)


def refuse_unknown(policies: Mapping[str, str]) -> None:
    """Raise unless every column has a policy that makes sense for it."""
    for target, policy in policies.items():
        if policy not in possible(target):
            raise InputError(
                "The column {target} cannot be {policy!r}: choose one of {choices}.",
                target=target,
                policy=policy,
                choices=", ".join(possible(target)),
            )


def of_columns(policies: Mapping[str, str]) -> dict[str, str]:
    """Return the policy of each column of a clean record, from those of the columns of a file.

    Where two columns of the file speak of one of the record, the more careful policy holds.

    >>> of_columns({"given_name": "never", "email": "mirror", "phone": "append"})
    {'given_name': 'never', 'name': 'never', 'email': 'mirror', 'phone': 'append'}
    """
    found: dict[str, str] = {}
    for target, policy in policies.items():
        for column in COLUMNS.get(target, (target,)):
            if NAMES.index(policy) > NAMES.index(found.get(column, OVERWRITE)):
                found[column] = policy
    return found


def emptied(policies: Mapping[str, str], mapped: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns of a clean record that an empty cell empties, each with the columns of the file it comes from.

    >>> emptied({"lines": "mirror", "city": "fill"}, ["lines", "lines_2", "city"])
    {'lines': ('lines', 'lines_2')}
    """
    return {
        column: tuple(target for target in mapped if column in COLUMNS.get(target, (target,)))
        for column in MIRRORED
        if column in mapped and policies.get(column) == MIRROR
    }
