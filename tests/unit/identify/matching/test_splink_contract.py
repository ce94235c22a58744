"""The calls of Splink that we stand on: train, save, predict, cluster, predict between, score pairs, waterfall."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from splink import DuckDBAPI
from tests.make import matching as make

from vinculo.identify.matching import batches, edges, fields, model, preparation, session, training
from vinculo.identify.matching.model import ModelError
from vinculo.identify.matching.training import UntrainedError


def test_splink_does_what_we_ask_of_it() -> None:
    rows, _ = make.base_of(700, 51)
    known = make.shipped()
    with make.engine_of(rows) as (engine, scratch):
        prepared = preparation.prepare(engine, "person", scratch)
        engine.materialise("early", "SELECT record_id FROM person_traits WHERE record_id % 2 = 0")
        engine.materialise("late", "SELECT record_id FROM person_traits WHERE record_id % 2 = 1")
        folders = {"fields": prepared.all_fields()} | {name: scratch / name for name in ("early", "late")}
        for name in ("early", "late"):
            engine.write(folders[name], prepared.fields_of(name))
        with edges.splinking(prepared, known, folders) as (linker, tables, _connection):
            within = linker.inference.predict_within(tables["fields"], threshold_match_weight=0)
            between = linker.inference.predict_between(tables["early"], tables["late"], threshold_match_weight=0)
            clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
                within, threshold_match_probability=0.99
            )
            every = within.as_duckdbpyrelation().to_arrow_table().to_pylist()
            across = between.as_duckdbpyrelation().to_arrow_table().to_pylist()
            parts = clusters.as_duckdbpyrelation().to_arrow_table()
            saved = linker.misc.save_model_to_json(None)

    crossing = {
        (row["record_id_l"], row["record_id_r"]): row["match_weight"]
        for row in every
        if (row["record_id_l"] + row["record_id_r"]) % 2
    }
    assert len(crossing) > 5
    found = {tuple(sorted((row["record_id_l"], row["record_id_r"]))): row["match_weight"] for row in across}
    assert found == pytest.approx(crossing)
    assert {"cluster_id", "record_id"} <= set(parts.column_names)
    assert parts.num_rows == 700
    parts_of_weight = [name for name in every[0] if name.startswith("mw_")]
    prior = every[0]["match_weight"] - sum(every[0][name] for name in parts_of_weight)
    assert all(
        row["match_weight"] - sum(row[name] for name in parts_of_weight) == pytest.approx(prior) for row in every
    )
    assert [each["output_column_name"] for each in saved["comparisons"]] == list(known.specification.comparisons)


@pytest.mark.slow
def test_a_model_is_trained_without_labels_saved_and_used_again(tmp_path: Path) -> None:
    rows, person = make.base_of(8_000, 53)
    with make.engine_of(rows) as (engine, scratch):
        prepared = preparation.prepare(engine, "person", scratch)
        trained = training.obtain(prepared)
        trained.save(tmp_path / "model.json")
        used = model.load(tmp_path / "model.json")
        batches.match(prepared, used)
        found = make.Matched(prepared)

    assert (used, used.version) == (trained, trained.version)
    known = [make.traits(row) for row in rows]
    bearers = {field: Counter(each[field] for each in known) for field in used.frequencies}
    told = [bearers[field][name] for field, names in used.frequencies.items() for name in names]
    assert min(told) > fields.LIMIT, "a model outlives the people it was trained on"
    assert (used.origin, used.trained_on, used.splink) == ("own", 8_000, session.version())
    by_cluster: dict[int, list[int]] = {}
    for record, cluster in found.cluster.items():
        by_cluster.setdefault(cluster, []).append(person[record])
    pairs = [
        one == other for members in by_cluster.values() for at, one in enumerate(members) for other in members[:at]
    ]
    assert sum(pairs) / len(pairs) > 0.97
    assert sum(pairs) > 0.85 * true_pairs(person)


def true_pairs(person: dict[int, int]) -> int:
    sizes: dict[int, int] = {}
    for each in person.values():
        sizes[each] = sizes.get(each, 0) + 1
    return sum(size * (size - 1) // 2 for size in sizes.values())


def test_records_without_pairs_cannot_train_and_say_so() -> None:
    rows = [make.person(number, f"Nombre{number}", f"Apellido{number}") for number in range(60)]

    with make.engine_of(rows) as (engine, scratch), pytest.raises(UntrainedError, match="take the shipped model"):
        training.train(preparation.prepare(engine, "person", scratch))


def test_a_small_base_borrows_a_model_that_knows_its_size_and_its_frequent_names() -> None:
    rows = [make.person(number, "Zuriñe", f"Apellido{number}") for number in range(300)]

    with make.engine_of(rows) as (engine, scratch):
        found = training.obtain(preparation.prepare(engine, "person", scratch))

    assert found.origin == "shipped"
    assert found.frequencies["given"]["zurine"] == 1.0
    chance = make.shipped(records=300).settings["probability_two_random_records_match"]
    assert found.settings["probability_two_random_records_match"] == chance > 1e-3


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_the_shipped_model_fits_the_comparisons(kind: str) -> None:
    shipped = make.shipped(kind)

    training.check(shipped.settings)
    assert shipped.kind == kind
    for comparison in shipped.settings["comparisons"]:
        levels = shipped.specification.comparisons[comparison["output_column_name"]]
        assert [each["sql_condition"] for each in comparison["comparison_levels"]] == [level.sql for level in levels]


def test_a_model_of_another_cleaner_and_what_is_no_model_are_refused(tmp_path: Path) -> None:
    replace(make.shipped(), cleaner="0").save(tmp_path / "old.json")
    (tmp_path / "other.json").write_text(json.dumps({"kind": "person"}), encoding="utf-8")

    with pytest.raises(ModelError, match="was made for cleaner 0"):
        model.load(tmp_path / "old.json")
    with pytest.raises(ModelError, match="is not a matching model"):
        model.load(tmp_path / "other.json")


def test_splink_has_a_connection_of_its_own(tmp_path: Path) -> None:
    with session.connection(tmp_path) as one, session.connection(tmp_path) as other:
        one.execute("CREATE TABLE mine (id INTEGER)")

        assert other.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mine'").fetchall() == [(0,)]
        assert DuckDBAPI(one).duckdb_con is one
