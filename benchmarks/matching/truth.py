"""Truth: how well clusters and edges of records fit the people behind them."""

from vinculo.warehouse.duck import DuckEngine

PAIRS = "coalesce(sum(n * (n - 1) / 2), 0)"


def clusters(engine: DuckEngine, relation: str) -> dict[str, float]:
    """Judge all pairs inside clusters (`record_id`, `cluster_id`) against the relation `truth`."""
    (found,) = engine.rows(
        f"""
        SELECT
            (SELECT {PAIRS} FROM (
                SELECT count(*) AS n FROM {relation} INNER JOIN truth USING (record_id) GROUP BY cluster_id, person
            )) AS right_pairs,
            (SELECT {PAIRS} FROM (SELECT count(*) AS n FROM {relation} GROUP BY cluster_id)) AS pairs,
            (SELECT {PAIRS} FROM (SELECT count(*) AS n FROM truth GROUP BY person)) AS true_pairs,
            (SELECT max(n) FROM (SELECT count(*) AS n FROM {relation} GROUP BY cluster_id)) AS largest
        """
    ).to_pylist()
    precision = float(found["right_pairs"]) / max(float(found["pairs"]), 1)
    recall = float(found["right_pairs"]) / float(found["true_pairs"])
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "largest": float(found["largest"]),
        "true_pairs": float(found["true_pairs"]),
    }


def strangers(engine: DuckEngine) -> int:
    """Count pairs in one cluster with different given names and neither birth date nor tax number the same."""
    found = engine.rows(
        """
        SELECT count(*) AS pairs
        FROM person_clusters AS cl
        INNER JOIN person_clusters AS cr ON cl.cluster_id = cr.cluster_id AND cl.record_id < cr.record_id
        INNER JOIN person_traits AS l ON cl.record_id = l.record_id
        INNER JOIN person_traits AS r ON cr.record_id = r.record_id
        WHERE l.given_familiar AND r.given_familiar
            AND list_has_any(string_split(l.given, ' '), string_split(r.given, ' ')) = FALSE
            AND NOT coalesce(l.birth = r.birth, FALSE) AND NOT coalesce(l.tax_id = r.tax_id, FALSE)
            AND NOT coalesce(l.given = r.family OR l.family = r.given OR l.names = r.names, FALSE)
        """
    )
    return int(found.column("pairs")[0].as_py())
