"""The scorer equals Splink, keeps the same guardrails as the batch, and says why in two languages."""

from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.make import matching as make

from vinculo.foundation import language
from vinculo.identify.matching import edges, preparation
from vinculo.identify.matching.model import ModelError
from vinculo.identify.matching.scoring import explanation, expressions, similarity
from vinculo.identify.matching.scoring.scorer import Scorer
from vinculo.warehouse.duck import DuckEngine

WORDS = st.text(alphabet="abcdeñ 12", max_size=10)


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_the_scorer_equals_splink_on_thousands_of_pairs(kind: str) -> None:
    rows, _ = make.base_of(300, 41, kind)
    model = make.shipped(kind)
    with make.engine_of(rows) as (engine, scratch):
        prepared = preparation.prepare(engine, kind, scratch)
        folder = prepared.all_fields()
        known = {
            row["record_id"]: row
            for row in engine.rows(f"SELECT * FROM read_parquet('{folder}/*.parquet')").to_pylist()
        }
        with edges.splinking(prepared, model, {"fields": folder}) as opened:
            scored = opened.linker.inference.score_pairs(list(known.values())[:40], list(known.values())[30:])
            splinks = scored.as_duckdbpyrelation().to_arrow_table().to_pylist()

    scorer = Scorer(model)
    found = [scorer.score(known[row["record_id_l"]], known[row["record_id_r"]]) for row in splinks]

    assert len(found) > 10_000
    assert max(abs(mine.weight - its["match_weight"]) for mine, its in zip(found, splinks, strict=True)) < 1e-6
    assert (
        max(abs(mine.probability - its["match_probability"]) for mine, its in zip(found, splinks, strict=True)) < 1e-6
    )
    assert sum(mine.weight > 0 for mine in found) >= 3


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_the_scorer_judges_as_the_batch_does(kind: str) -> None:
    rows, _ = make.base_of(900, 43, kind)
    model = make.shipped(kind)
    matched = make.match(rows, model)
    with make.engine_of(rows) as (engine, scratch):
        prepared = preparation.prepare(engine, kind, scratch)
        query = prepared.usable(prepared.name("traits"))
        known = {row["record_id"]: row for row in engine.rows(query).to_pylist()}
    scorer = Scorer(model)

    assert len(matched.edges) > 100
    for (left, right), edge in matched.edges.items():
        found = scorer.score(known[left], known[right])
        assert found.weight == pytest.approx(edge["match_weight"], abs=1e-9)
        assert dict(edge["weights"]) == pytest.approx({field.name: field.weight for field in found.fields}, abs=1e-9)
        assert list(found.rules) == edge["rules"]
        assert edge["decided_by"] == "cluster" or found.band(model.bands) == edge["band"]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=50))
def test_similarity_is_that_of_the_engine(pairs: list[tuple[str, str]]) -> None:
    with DuckEngine(Path(".")) as engine:
        engine.attach("pairs", pa.table({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}))
        found = engine.rows("SELECT jaro_winkler_similarity(a, b) AS jw, damerau_levenshtein(a, b) AS dl FROM pairs")

    assert found["jw"].to_pylist() == pytest.approx(
        [similarity.jaro_winkler_similarity(*pair) for pair in pairs], abs=1e-12
    )
    assert found["dl"].to_pylist() == [similarity.damerau_levenshtein(*pair) for pair in pairs]


@pytest.mark.parametrize("one", [True, False, None])
@pytest.mark.parametrize("other", [True, False, None])
def test_null_is_neither_true_nor_false(one: bool | None, other: bool | None) -> None:
    sides = {"a": one}, {"a": other}
    with DuckEngine(Path(".")) as engine:
        row = engine.rows(
            "SELECT a_l AND a_r AS both, a_l OR a_r AS either, NOT a_l AS neither, coalesce(a_l, a_r, TRUE) AS first,"
            " a_l IS NULL AS missing FROM (SELECT $one::BOOLEAN AS a_l, $other::BOOLEAN AS a_r)",
            one=one,
            other=other,
        ).to_pylist()[0]

    for name, condition in {
        "both": "a_l AND a_r",
        "either": "a_l OR a_r",
        "neither": "NOT a_l",
        "first": "coalesce(a_l, a_r, TRUE)",
        "missing": "a_l IS NULL",
    }.items():
        assert expressions.compiled(condition)(*sides) is row[name]


def test_a_condition_nobody_wrote_is_refused_when_the_model_is_read() -> None:
    with pytest.raises(ModelError, match="does not know"):
        expressions.compiled("soundex(name_l) = soundex(name_r)")


ANA = make.person(
    1, "Ana", "Ruiz", "Pérez", email="ana@casa.es", street="Calle Mayor 5", postcode="28001", city="Madrid"
)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            make.person(2, "Ana", "Ruiz", email="ana@casa.es"),
            "Unidos como una misma persona (>99,9\xa0%): "
            "el mismo correo electrónico, el mismo primer apellido, el mismo nombre.",
        ),
        (
            make.person(2, "Luis", "Ruiz", "Pérez", email="ana@casa.es"),
            "Separados: los nombres son distintos y no coinciden ni la fecha de nacimiento ni el NIF.",
        ),
    ],
)
def test_why_and_why_not_in_one_sentence(other: make.Row, said: str) -> None:
    score = Scorer(make.shipped()).score(make.traits(ANA), make.traits(other))
    band = score.band(make.shipped().bands)

    found = explanation.sentence(score, kind="person", band=band)

    assert found.say(language.translator("es")) == said


def test_namesakes_of_one_birthday_are_told_as_such() -> None:
    model = make.shipped(records=20_000)
    maria = make.traits(make.person(1, "María", "García", birth_date="1970-03-04"))
    score = Scorer(model).score(maria, maria)

    found = explanation.sentence(score, kind="person", band=score.band(model.bands))

    assert found.say(language.translator("es")) == (
        "Por revisar, aunque mucho coincide (>99,9\xa0%: la misma fecha de nacimiento, el mismo primer apellido, "
        "el mismo nombre): dos personas pueden compartir nombre y fecha de nacimiento, y nada más apunta a una sola."
    )


def test_every_outcome_of_every_pair_can_be_said_in_spanish() -> None:
    rows = [make.traits(row) for row in make.base_of(60, 3)[0]]
    scorer, spanish, said = Scorer(make.shipped()), language.translator("es"), set()
    for one, other in product(rows, rows):
        score = scorer.score(one, other)
        for band in ("auto", "steward", "separate"):
            phrase = explanation.sentence(score, kind="person", band=band)
            assert phrase.say(spanish) != str(phrase)
            said.add(phrase.template)

    assert len(said) == 8


def test_a_waterfall_ends_at_the_score() -> None:
    score = Scorer(make.shipped()).score(make.traits(ANA), make.traits(ANA))

    steps = explanation.waterfall(score.prior, {field.name: field.weight for field in score.fields})

    assert steps[-1].total == pytest.approx(score.weight)
    assert [step.name for step in steps][:2] == ["prior", "email"]
