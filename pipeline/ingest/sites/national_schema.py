"""The national schema « lieux de médiation numérique » v1.0.2 as questions of a register.

Source: the published schema (fields, closed vocabularies, lists separated by `|`). Fields about persons or in free text
(telephone, courriels, presentations) are left out: a column that no question names is never kept.
"""

from __future__ import annotations

from typing import Any

from pipeline.ingest.lexicon import lexicon

#: Fields that every file of the schema has.
REQUIRED = ("id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj")
_WORDS = lexicon("national_schema")


def is_national(columns: list[str]) -> bool:
    """Return whether a header is that of the schema."""
    return set(REQUIRED) <= set(columns)


def questions(columns: list[str]) -> list[dict[str, Any]]:
    """Return the questions of an instrument for a file of the schema, as far as it has their columns.

    Unknown words of the closed vocabularies only deserve a flag: declare `checks:` as `flags()` returns them.
    """
    asked = [
        _question("place_id", "id", "key", role="site", required=True, unique=True),
        _question("pivot", "pivot", "text", role="pivot"),
        _question("name", "nom", "text", role="site_name", required=True),
        _question("insee", "code_insee", "text", role="commune"),
        _question("address", "adresse", "text", role="address"),
        _question("updated", "date_maj", "date"),
        _question("open_hours", "horaires", "text", role="opening_hours"),
        _listed("services", "services", _WORDS["services"]),
        _listed("publics", "publics_specifiquement_adresses", _WORDS["publics"]),
        _listed("support", "modalites_accompagnement", _WORDS["support"]),
        _listed("mobile", "itinerance", _WORDS["itinerant"]),
        _listed("fees", "frais_a_charge", _WORDS["fees"]),
    ]
    return [q for q in asked if q["column"] in columns]


def flags(asked: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the checks under which a word outside a closed vocabulary flags its entry instead of setting it aside."""
    return [{"rule": f"unknown_code:{q['name']}", "severity": "flag"} for q in asked if q["type"] == "multiple"]


def _question(name: str, column: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "column": column, "wording": {"fr": column}, **more}


def _listed(name: str, column: str, words: dict[str, str]) -> dict[str, Any]:
    items = [{"name": code, "label": {"fr": label}} for code, label in words.items()]
    return _question(name, column, "multiple", separator="|", items=items)
