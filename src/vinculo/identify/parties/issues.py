"""Issues: for every cell or row set aside, what was expected there, in the words of whoever filled the file."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from vinculo.foundation.language import Translate
from vinculo.foundation.phrases import Phrase
from vinculo.identify.cleaning import cleaned
from vinculo.warehouse.duck import DuckEngine
from vinculo.warehouse.reading import views
from vinculo.warehouse.reading.sources.source import literal

EXPECTED = {
    "source_key": "a number or code that tells this row from every other",
    "name": "a name",
    "kind": "person or organisation",
    "email": "an e-mail address such as ana@example.org",
    "email_2": "an e-mail address such as ana@example.org",
    "phone": "a phone number, with its country code if it is a foreign one",
    "phone_2": "a phone number, with its country code if it is a foreign one",
    "tax_id": "a tax number with its letters and digits",
    "birth_on": "a day such as 31/12/1975",
    "acquired_on": "a day such as 31/12/2024",
    "consent_on": "a day such as 31/12/2024",
    "language": "a language or its code, such as Spanish or es",
    "country": "a country or its code, such as Spain or ES",
    "postcode": "a postcode of the country, with its zeros",
    "consent": "yes or no",
    "consent_email": "yes or no",
    "consent_phone": "yes or no",
    "consent_post": "yes or no",
    "consent_sms": "yes or no",
    "first": "a customer number, an e-mail or a tax number that is known of one customer",
    "second": "a customer number, an e-mail or a tax number that is known of one customer",
    "relation": "a kind of relation such as post, legal, referral or friend",
    "decision": "a part in decisions such as decider, buyer, influencer or user",
    "main_contact": "yes or no",
    "begins_on": "a day such as 31/12/2024",
    "ends_on": "a day such as 31/12/2024, not before the first",
    "share_percent": "a share above 0 and of 100 at most",
    "stage": "a stage such as interest, qualified, quote, order, won or lost",
    "list_price": "an amount such as 12.50",
    "unit_cost": "an amount such as 12.50",
    "currency": "a currency code such as EUR",
    "row": "a row with as many cells as the header",
    "long": "a row of at most two million characters",
    "quotes": "a cell whose quotes are closed",
}
"""What each target asks for."""
ROUNDED = "the whole number: a spreadsheet has cut off its last digits; format the column as text and save again"
LONG = "a text of at most 2,000 characters; a code of at most 250, a category of at most 160"
TOTAL = views.EXPECTED["total"]
SUGGESTION = "Did you mean {value}?"
MISSPELT = "E-mail addresses at @{wrong}: {count:,}. Did you mean @{right}?"
CHECKSUM = "Tax numbers with a wrong control digit: {count:,}; they come in as they are."
UNUSUAL = "Phone numbers not known to be in use: {count:,}; they come in as they are."
GUESSED = "Names split by guessing: {count:,}; columns for given and family names would make them sure."
PROVIDERS = 5
"""Misspelt providers that are named."""


def entry(target: str, note: str, found: str | None, suggestion: str) -> dict[str, str]:
    """Return one note of a row as it is kept beside the row."""
    return {"t": target, "n": note, "f": (found or "")[:200], "s": suggestion}


def create(
    engine: DuckEngine, *, rows: str, misfits: str, headers: Mapping[str, str], translate: Translate
) -> dict[str, int]:
    """Create `party_issues` from the notes of cleaned rows and the rows that did not fit; return all notes counted.

    One row of `party_issues` is one cell, or one row, that does not come in: row_number, column_name, target, note,
    found, expected, suggestion and whole_row.
    """
    engine.attach("party_expected", expectations(headers, translate))
    engine.materialise(
        "party_notes",
        f"""
        SELECT row_number, fault, note.t AS target, note.n AS note, note.f AS found, note.s AS suggestion
        FROM (SELECT row_number, fault,
            unnest(from_json(noted, '[{{"t": "VARCHAR", "n": "VARCHAR", "f": "VARCHAR", "s": "VARCHAR"}}]')) AS note
            FROM ({rows}) WHERE noted IS NOT NULL)
        """,
    )
    listed = ", ".join(literal(note) for note in (*cleaned.SET_ASIDE, cleaned.MISSING, cleaned.TOTAL))
    meant = literal(translate(SUGGESTION))
    lost = f"SELECT row_number, fault AS target, '{cleaned.UNREADABLE}' AS note, found, '' AS suggestion FROM {misfits}"
    engine.materialise(
        "party_issues",
        f"""
        SELECT row_number, coalesce(column_name, '') AS column_name, target, note, found,
            CASE note WHEN '{cleaned.ROUNDED}' THEN {literal(translate(ROUNDED))}
                WHEN '{cleaned.LONG}' THEN {literal(translate(LONG))}
                WHEN '{cleaned.TOTAL}' THEN {literal(translate(TOTAL))} ELSE expected END AS expected,
            CASE WHEN suggestion <> '' THEN replace({meant}, '{{value}}', suggestion) ELSE '' END AS suggestion,
            whole_row
        FROM (
            SELECT row_number, target, note, found, suggestion, coalesce(fault = target, FALSE) AS whole_row
            FROM party_notes WHERE note IN ({listed}) {f"UNION ALL SELECT *, TRUE FROM ({lost})" if misfits else ""}
        ) JOIN party_expected USING (target) ORDER BY row_number, column_name
        """,
    )
    counted = engine.rows(
        "SELECT target || '.' || note AS name, count(*) AS times FROM party_notes GROUP BY ALL ORDER BY name"
    )
    return {str(row["name"]): int(row["times"]) for row in counted.to_pylist()}


def expectations(headers: Mapping[str, str], translate: Translate) -> pa.Table:
    """Return, for each target, its column of the file and what is expected there."""
    targets: Sequence[str] = tuple(dict.fromkeys([*EXPECTED, *headers]))
    return pa.table(
        {
            "target": list(targets),
            "column_name": [headers.get(target, "") for target in targets],
            "expected": [translate(EXPECTED[target]) if target in EXPECTED else "" for target in targets],
        }
    )


def doubts(engine: DuckEngine, translate: Translate) -> list[str]:
    """Say what comes in and is doubtful: addresses at misspelt providers, wrong control digits, guessed names."""
    wrong = engine.rows(
        f"""
        SELECT regexp_extract(lower(found), '@([a-z0-9.-]+)', 1) AS wrong, split_part(suggestion, '@', 2) AS meant,
            count(*) AS times
        FROM party_notes WHERE note = '{cleaned.TYPO}' GROUP BY ALL ORDER BY times DESC, wrong LIMIT {PROVIDERS}
        """
    ).to_pylist()
    said = [
        Phrase(MISSPELT, wrong=row["wrong"], right=row["meant"], count=row["times"]).say(translate) for row in wrong
    ]
    counted = engine.rows("SELECT note, count(DISTINCT row_number) AS times FROM party_notes GROUP BY note").to_pylist()
    times = {row["note"]: row["times"] for row in counted}
    remarks = {
        cleaned.CHECKSUM: Phrase(CHECKSUM, count=times.get(cleaned.CHECKSUM)),
        cleaned.UNUSUAL: Phrase(UNUSUAL, count=times.get(cleaned.UNUSUAL)),
        cleaned.GUESSED: Phrase(GUESSED, count=times.get(cleaned.GUESSED)),
    }
    return [*said, *(remark.say(translate) for note, remark in remarks.items() if note in times)]
