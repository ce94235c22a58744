"""Comparisons: what of two records is compared, in which levels, and under which keys pairs are looked for.

Conditions are SQL of DuckDB over the fields of both records, in the form Splink keeps; the scorer reads them again.
Strangers hardly ever share an e-mail, and a sample of pairs of any size we can pay for holds more duplicates than such
strangers: how often such a rare level holds by chance is set here, and its m has a fallback when it was never seen.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

PERSON, ORGANISATION = "person", "organisation"
PARTING = frozenset(("given_name", "name"))
"""Guardrails for good: without a compatible name two records are kept apart; others ask a steward at a high score."""
RARE_M, RARE_U = 0.01, 1e-6
LEAST_FREQUENT = 5e-5
"""No value counts as rarer than that: a slip of the keyboard that two records share is no proof."""
OWN = frozenset(("email", "phone", "tax_id", "web_domain", "address"))
"""Comparisons of what is somebody's own; without any of them two records have no more in common than namesakes."""
IDENTIFYING = 12.5
"""Match weight from which one of them points to somebody: a rare level has it, the same town or postcode never."""


@dataclass(frozen=True)
class Level:
    """One degree of likeness: its name, its condition, and how it is weighed."""

    name: str
    sql: str
    frequency_of: str = ""
    """The field whose frequency replaces the average one: sharing a rare surname says more."""
    fallback_u: float = 0
    """Set for a level that training may not see."""
    rare_u: float = 0
    """Set for a level that hardly any two strangers reach: a sample of pairs would count the duplicates in it."""

    @property
    def sampled(self) -> bool:
        """Tell whether its u is counted on random pairs."""
        return self.name != "missing" and not self.rare_u

    def settings(self) -> dict[str, Any]:
        """Return the level as Splink takes it."""
        found: dict[str, Any] = {"sql_condition": self.sql, "label_for_charts": self.name}
        if self.name == "missing":
            found["is_null_level"] = True
        if self.frequency_of:
            found |= {"tf_adjustment_column": self.frequency_of, "tf_minimum_u_value": LEAST_FREQUENT}
        if self.fallback_u:
            found |= {"m_probability": RARE_M, "u_probability": self.fallback_u}
        if self.rare_u:
            found |= {"m_probability": RARE_M, "u_probability": self.rare_u, "fix_u_probability": True}
        return found


@dataclass(frozen=True)
class Specification:
    """How records of one kind are compared."""

    kind: str
    query: str
    """The query that derives the traits."""
    values: tuple[str, ...]
    """Traits that point to somebody; what too many share neither blocks nor agrees."""
    keys: tuple[str, ...]
    frequencies: tuple[str, ...]
    comparisons: Mapping[str, tuple[Level, ...]]
    certain: tuple[str, ...]
    """Rules that hold for hardly any two strangers: they tell how many pairs there are."""
    training: tuple[str, ...]
    fields: tuple[str, ...]
    guardrails: str
    """The query that finds what pairs break."""
    rules: tuple[str, ...]
    """The guardrails, in the order in which a pair is told why it was kept apart."""

    @property
    def owned(self) -> tuple[str, ...]:
        """Return the comparisons of what is somebody's own."""
        return tuple(name for name in self.comparisons if name in OWN)

    @property
    def known(self) -> tuple[str, ...]:
        """Return the comparisons of which nothing need be counted: hardly two strangers agree, and so all differ."""
        return tuple(
            name
            for name, levels in self.comparisons.items()
            if [level.name for level in levels if level.sampled] == [OTHER.name]
        )

    def settings(self, *, but: Collection[str] = ()) -> dict[str, Any]:
        """Return the settings of Splink, untrained; some comparisons may be left out."""
        return {
            "link_type": "dedupe_only",
            "unique_id_column_name": "record_id",
            "retain_matching_columns": False,
            "retain_intermediate_calculation_columns": True,
            "em_convergence": 0.001,
            "max_iterations": 15,
            "comparisons": [
                {"output_column_name": name, "comparison_levels": [level.settings() for level in levels]}
                for name, levels in self.comparisons.items()
                if name not in but
            ],
            "blocking_rules_to_generate_predictions": [
                {"blocking_rule": f"l.{key} = r.{key}", "sql_dialect": "duckdb"} for key in self.keys
            ],
        }


def missing(*fields: str) -> Level:
    """Return the level of pairs where one side says nothing."""
    return Level("missing", " OR ".join(f"{field}_l IS NULL OR {field}_r IS NULL" for field in fields))


OTHER = Level("other", "ELSE")


def identifier(field: str, slips: int) -> tuple[Level, ...]:
    """Return the levels of a value that is somebody's own: the same, a slip of the keyboard away, another."""
    return (
        missing(field),
        Level("same", f"{field}_l = {field}_r", rare_u=RARE_U),
        Level(
            "near",
            f"abs(length({field}_l) - length({field}_r)) <= {slips}"
            f" AND damerau_levenshtein({field}_l, {field}_r) <= {slips}",
            rare_u=RARE_U,
        ),
        OTHER,
    )


ADDRESS = (
    Level(
        "missing",
        "(street_l IS NULL OR street_r IS NULL) AND (postcode_l IS NULL OR postcode_r IS NULL)"
        " AND (city_l IS NULL OR city_r IS NULL)",
    ),
    Level("same", "street_l = street_r AND (postcode_l = postcode_r OR city_l = city_r)", rare_u=RARE_U),
    Level("line", "line_l = line_r AND (postcode_l = postcode_r OR city_l = city_r)", rare_u=RARE_U),
    Level(
        "near",
        "(postcode_l = postcode_r OR city_l = city_r) AND jaro_winkler_similarity(street_l, street_r) >= 0.94",
        rare_u=RARE_U,
    ),
    Level("postcode", "postcode_l = postcode_r AND (street_l IS NULL OR street_r IS NULL)", fallback_u=2e-4),
    Level("town", "city_l = city_r AND (street_l IS NULL OR street_r IS NULL)", fallback_u=1e-2),
    Level("moved_near", "postcode_l = postcode_r OR city_l = city_r"),
    OTHER,
)
CROSSED = "family_l = second_r OR second_l = family_r OR family_l = given_r OR given_l = family_r"
PERSONS = Specification(
    kind=PERSON,
    query="persons",
    values=("email", "phone", "tax_id", "birth"),
    keys=(
        *(
            "tax_id",
            "email",
            "phone",
            "by_mailbox",
            "by_birth_given",
            "by_birth_family",
            "by_birth_postcode",
            "by_line_given",
        ),
        *("by_line_family", "by_name_postcode", "by_name_city", "by_surnames", "by_names"),
    ),
    frequencies=("given", "family", "second"),
    comparisons={
        "given": (
            missing("given"),
            Level("same", "given_l = given_r", frequency_of="given"),
            Level(
                "part",
                "given_first_l = given_first_r AND (given_second_l IS NULL OR given_second_r IS NULL)",
                fallback_u=7e-3,
            ),
            Level("second", "given_second_l = given_first_r OR given_first_l = given_second_r", fallback_u=1e-2),
            Level(
                "initial",
                "(length(given_first_l) = 1 OR length(given_first_r) = 1)"
                " AND left(given_first_l, 1) = left(given_first_r, 1)",
                fallback_u=1e-3,
            ),
            Level(
                "near",
                "NOT (given_familiar_l AND given_familiar_r)"
                " AND jaro_winkler_similarity(given_first_l, given_first_r) >= 0.85",
                fallback_u=1e-3,
            ),
            Level("crossed", "given_l = family_r OR family_l = given_r", fallback_u=1e-4),
            OTHER,
        ),
        "family": (
            missing("family"),
            Level("same", "family_l = family_r", frequency_of="family"),
            Level("crossed", CROSSED, fallback_u=1e-3),
            Level("near", "jaro_winkler_similarity(family_l, family_r) >= 0.9"),
            OTHER,
        ),
        "second": (
            missing("second"),
            Level("same", "second_l = second_r", frequency_of="second"),
            Level("crossed", "second_l = family_r OR family_l = second_r", fallback_u=1e-3),
            Level("near", "jaro_winkler_similarity(second_l, second_r) >= 0.9"),
            OTHER,
        ),
        "birth": (
            missing("birth"),
            Level("same", "birth_l = birth_r"),
            Level(
                "near",
                "damerau_levenshtein(birth_l, birth_r) <= 1 OR (left(birth_l, 4) = left(birth_r, 4)"
                " AND substr(birth_l, 6, 2) = substr(birth_r, 9, 2) AND substr(birth_l, 9, 2) = substr(birth_r, 6, 2))",
                fallback_u=1e-3,
            ),
            OTHER,
        ),
        "email": identifier("email", 2),
        "phone": identifier("phone", 1),
        "tax_id": identifier("tax_id", 1),
        "address": ADDRESS,
    },
    certain=(
        "l.tax_id = r.tax_id",
        "l.email = r.email AND l.given_first = r.given_first",
        "l.phone = r.phone AND l.given_first = r.given_first AND l.family = r.family",
        "l.by_birth_given = r.by_birth_given AND l.family = r.family",
    ),
    training=(
        "l.email = r.email",
        "l.phone = r.phone",
        "l.tax_id = r.tax_id",
        "l.birth = r.birth AND l.given_first = r.given_first",
    ),
    fields=(
        *("given", "given_first", "given_second", "given_familiar", "family", "second", "names", "birth", "email"),
        *("phone", "tax_id", "street", "line", "postcode", "city"),
    ),
    guardrails="guardrails_of_persons",
    rules=("given_name", "tax_id", "birth_date", "second_surname"),
)
ORGANISATIONS = Specification(
    kind=ORGANISATION,
    query="organisations",
    values=("email", "phone", "tax_id", "web_domain"),
    keys=("tax_id", "email", "phone", "web_domain", "by_name", "by_names", "by_name_place", "by_line"),
    frequencies=("name",),
    comparisons={
        "name": (
            missing("name"),
            Level("same", "name_l = name_r", frequency_of="name"),
            Level("order", "names_l = names_r", fallback_u=1e-5),
            Level("near", "jaro_winkler_similarity(name_l, name_r) >= 0.93"),
            Level(
                "begins",
                "left(name_l, length(name_r)) = name_r OR left(name_r, length(name_l)) = name_l",
                fallback_u=1e-4,
            ),
            OTHER,
        ),
        "tax_id": identifier("tax_id", 1),
        "web_domain": (missing("web_domain"), Level("same", "web_domain_l = web_domain_r", rare_u=RARE_U), OTHER),
        "email": identifier("email", 2),
        "phone": identifier("phone", 1),
        "address": ADDRESS,
    },
    certain=("l.tax_id = r.tax_id AND l.name = r.name", "l.name = r.name AND l.line = r.line"),
    training=("l.tax_id = r.tax_id", "l.phone = r.phone", "l.name = r.name"),
    fields=(*("name", "names", "email", "web_domain", "phone", "tax_id", "street", "line", "postcode", "city"),),
    guardrails="guardrails_of_organisations",
    rules=("name", "branch", "tax_id"),
)
BY_KIND = {PERSON: PERSONS, ORGANISATION: ORGANISATIONS}
