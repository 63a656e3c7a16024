"""What is hidden is counted reason by reason, and rules are told with the thresholds that are declared."""

from __future__ import annotations

from pipeline.evaluation import Evaluation
from pipeline.publish.annex.hidden import hidden, secondary, secrecy

from .grounds import cells, declared, ground
from .project import result


def test_results_are_counted_once_each_under_the_sign_that_they_carry(evaluation: Evaluation) -> None:
    given = {"": 5, "c": 3, "ns_n": 2, "ns_neff": 1, "np_width": 1}
    rows = [
        result(indicator=f"{reason or 'shown'}_{i}", reason=reason, quality="suppress" if reason else "publish")
        for reason, times in given.items()
        for i in range(times)
    ]
    text = hidden(ground(evaluation, "fr", rows)).text
    told = {
        name: f'[{n}]{{.record data-record="results//{name}"}}'
        for name, n in (("published", 5), ("c", 3), ("ns", 3), ("np", 1))
    }
    assert all(span in text for span in told.values())
    assert "results//nd" not in text


def test_a_threshold_is_the_declared_one(evaluation: Evaluation) -> None:
    stricter = evaluation.settings.disclosure.model_copy(
        update={"minimum_contributors": 20, "minimum_units": 7, "protection": 0.25, "minimum_complement": 6}
    )
    made = ground(declared(evaluation, disclosure=stricter), "en")
    assert "[20]{.declared}" in secrecy(made).text
    assert "[7]{.declared}" in secrecy(made).text
    assert "[25%]{.declared}" in secondary(made).text
    assert "[6]{.declared}" in secondary(made).text


def test_where_nothing_is_hidden_all_is_published(evaluation: Evaluation) -> None:
    assert cells(hidden(ground(evaluation, "en", [result()])).text)[0][0] == "Published, with or without a caution"


def test_the_rule_of_activity_is_told_where_there_is_some(evaluation: Evaluation) -> None:
    surveys = declared(evaluation, sources=evaluation.sources("survey"))
    assert "establishments" in secrecy(ground(evaluation, "en")).text
    assert "establishments" not in secrecy(ground(surveys, "en")).text
