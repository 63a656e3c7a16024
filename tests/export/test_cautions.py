"""Warnings in documents: shown where they are raised, and only there; each weakens what it is about."""

from typing import Any

import pytest

from pipeline import results
from pipeline.export import cautions, checks, unknowns
from pipeline.state.warnings import CONCERNS, warnings_about
from pipeline.wording.cautions import CAUTIONS

from .project import result, rows
from .test_findings import warning


def raise_warnings(report: Any, *raised: results.Result) -> None:
    table = results.frame([*rows(), *raised])
    table = results.blank(table, table["quality"] == "suppress")
    results.write(table, report.evaluation.stage("protect") / "results.parquet")


def test_every_warning_that_weakens_findings_has_words_in_both_languages() -> None:
    assert set(CAUTIONS) == set(CONCERNS)
    for caution in CAUTIONS.values():
        assert all(set(texts) == {"fr", "en"} for texts in (caution.name, caution.looking, caution.means))


def test_a_raised_warning_stands_beside_what_it_concerns_and_in_the_list_of_unknowns(report: Any) -> None:
    raise_warnings(report, warning("mode_effect"), warning("pretrend"), warning("sparse", 0.0))
    beside = cautions(report, "satisfaction").data
    assert "mode de collecte" in beside
    assert "avant le label" not in beside
    assert unknowns(report).data.count("- **") == 2
    assert "Échantillon" not in unknowns(report).data


def test_the_table_of_checks_tells_those_that_found_nothing_too(report: Any) -> None:
    raise_warnings(report, warning("mode_effect"), warning("sparse", 0.0))
    text = checks(report, "Les contrôles", "checks").data
    assert text.count("row-header") == 2
    assert text.count("Alerte levée") == text.count("Rien de tel") == 1


def test_without_checks_nothing_is_shown(report: Any) -> None:
    assert cautions(report, "demand").data.strip() == unknowns(report).data.strip() == ""
    assert "row-header" not in checks(report, "Les contrôles", "checks").data


@pytest.mark.parametrize(
    ("name", "changes", "weakened"),
    [
        ("mode_effect", {}, True),
        ("mode_effect", {"source": "non_users", "population": "non_users"}, False),
        ("mode_effect", {"analysis": "label", "inference": "model", "source": "attendance"}, False),
        ("pretrend", {"analysis": "label", "measure": "effect", "inference": "model"}, True),
        ("pretrend", {"analysis": "label", "measure": "count", "inference": "census"}, False),
        ("informative_closure", {"analysis": "attendance", "measure": "evolution", "inference": "census"}, True),
        ("informative_closure", {"analysis": "attendance", "measure": "count", "inference": "census"}, False),
    ],
)
def test_a_warning_weakens_what_rests_on_it_and_nothing_else(
    name: str, changes: dict[str, object], weakened: bool
) -> None:
    row = result(**changes)
    table = results.frame([row, warning(name)])
    assert (warnings_about(table, table.iloc[0]) == [name]) == weakened
