"""Recommendations: shown only when the results support them, with the word that the evidence deserves."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PublishError
from pipeline.export import recommendations, supported, unsupported

ACTION = """
  - action: {{fr: "{name}"}}
    who: {{fr: "Région"}}
    when: {{fr: "bientôt"}}
    cost: {{fr: "à chiffrer"}}
"""
SHIFT = "demand.elaborate.shift/users/wave=2003..2006"


def declare(report: Any, *evidence: tuple[str, str | None, str]) -> None:
    text = "recommendations:"
    for name, result_id, expects in evidence:
        text += ACTION.format(name=name)
        if result_id:
            text += f"    evidence: {result_id}\n    expects: {expects}\n"
    Path(report.evaluation.folder / "texts" / "recommendations.yaml").write_text(text, encoding="utf-8")


def test_a_change_in_the_other_sense_drops_the_recommendation(report: Any) -> None:
    declare(report, ("monter", SHIFT, "rise"), ("baisser", SHIFT, "fall"))
    assert [r.action.fr for r, _ in supported(report)] == ["monter"]


def test_the_evidence_decides_the_word(report: Any) -> None:
    weak = "satisfaction.equipment.shift/users/wave=2003..2006"
    declare(report, ("a", SHIFT, "rise"), ("b", weak, "fall"), ("c", None, ""))
    assert [word for _, word in supported(report)] == ["probable", "limite de cette édition"]
    assert [r.action.fr for r in unsupported(report)] == ["b"]
    assert recommendations(report, "Recommandations").data.count("row-header") == 2


def test_an_unknown_key_is_refused_with_its_line(report: Any) -> None:
    path = report.evaluation.folder / "texts" / "recommendations.yaml"
    path.write_text("recommendations:\n  - {action: {fr: a}, whom: {fr: b}}\n", encoding="utf-8")
    with pytest.raises(PublishError, match="line 2"):
        supported(report)
