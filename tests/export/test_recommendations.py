"""Recommendations: shown only when the results support them, with the word that the evidence deserves."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PublishError
from pipeline.export import follow_up, recommendations, supported, unsupported

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


def test_an_action_on_a_question_that_is_not_studied_is_not_supported(report: Any) -> None:
    declare(report, ("a", "payment.subscription.median/users/wave=2006", "level"))
    assert supported(report) == []
    assert [r.action.fr for r in unsupported(report)] == ["a"]


def test_a_published_amount_opens_the_cost(report: Any) -> None:
    path = Path(report.evaluation.folder / "texts" / "recommendations.yaml")
    declare(report, ("a", SHIFT, "rise"))
    visits = "attendance.visits.evolution/visits/period=2003..2006"
    path.write_text(path.read_text(encoding="utf-8") + f"    amount: {visits}\n", encoding="utf-8")
    text = recommendations(report, "Recommandations").data
    assert f'data-result="{visits}/region=53"' in text
    assert "}, à chiffrer" in text


PREVIOUS = """recommendations: []
previous:
  - action: {fr: "Ouvrir {fact spaces} espaces"}
    status: partly
    note: {fr: "Il en reste."}
"""


def test_the_previous_edition_is_followed_up_with_facts_and_status(report: Any) -> None:
    path = Path(report.evaluation.folder / "texts" / "recommendations.yaml")
    path.write_text(PREVIOUS, encoding="utf-8")
    text = follow_up(report).data
    assert "data-fact=spaces" in text
    assert "*réalisée en partie*" in text
    path.write_text("recommendations: []\n", encoding="utf-8")
    assert "Première édition" in follow_up(report).data


def test_a_follow_up_that_names_an_unknown_fact_is_refused(report: Any) -> None:
    path = Path(report.evaluation.folder / "texts" / "recommendations.yaml")
    path.write_text(PREVIOUS.replace("fact spaces", "fact moons"), encoding="utf-8")
    with pytest.raises(PublishError, match="moons"):
        follow_up(report)


def test_an_amount_stands_where_the_cost_says_and_nothing_is_said_without_it(report: Any) -> None:
    path = Path(report.evaluation.folder / "texts" / "recommendations.yaml")
    declare(report, ("a", SHIFT, "rise"))
    visits = "attendance.visits.evolution/visits/period=2003..2006"
    text = path.read_text(encoding="utf-8").replace("à chiffrer", "soit {amount} par espace")
    path.write_text(text + f"    amount: {visits}\n", encoding="utf-8")
    written = recommendations(report, "Recommandations").data
    assert f'data-result="{visits}/region=53"' in written
    assert "soit [" in written
    assert "} par espace" in written
    path.write_text(text + "    amount: money.nothing.cost/spaces/period=2006\n", encoding="utf-8")
    assert "non chiffré dans cette édition" in recommendations(report, "Recommandations").data
