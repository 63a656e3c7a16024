"""Units side by side: the whole first, a sign where nothing may be said, a model's value told apart, no rank."""

from __future__ import annotations

import dataclasses
import math

from pipeline import results
from pipeline.evaluation import Evaluation
from pipeline.publish.annex.blocks import Ground
from pipeline.publish.annex.comparison import comparison
from pipeline.results import Result
from pipeline.results.statement import Statement
from tests.publish.annex.grounds import cells, ground
from tests.publish.annex.project import result


def told(place: tuple[str, str], verdict: str = "stated", **changes: object) -> tuple[Statement, Result]:
    """Return a statement about the demand of a place, and its row."""
    row = result(territory_level=place[0], territory=place[1], **changes)
    rid = str(results.frame([row])["result_id"].iloc[0])
    named = f"{place[0]}={place[1]}"
    arguments = {"share": ("result", rid), "wave": ("wave", "2006"), "perimeter": ("place", "region=53")}
    made = Statement(
        f"demand.level@{named}",
        "demand",
        "demand",
        "level",
        "level",
        verdict,
        result_ids=(rid,),
        arguments=arguments,
    )
    return made, row


def made_of(evaluation: Evaluation, *each: tuple[Statement, Result], units: tuple[str, ...] = ("02", "20")) -> Ground:
    statements, rows = zip(*each, strict=True)
    return dataclasses.replace(ground(evaluation, rows=rows, statements=statements), units=units)


def test_the_whole_comes_first_then_units_that_lead_to_their_sheets(evaluation: Evaluation) -> None:
    block = comparison(
        made_of(evaluation, told(("region", "53")), told(("pays", "02"), estimate=0.51), told(("pays", "20")))
    )
    whole, first, second = cells(block.text)
    assert whole == ["**Bretagne**", "48\u202f%"]
    assert first == ["[Brest](02.html)", "51\u202f%"]
    assert second[0] == "[Vannes](20.html)"
    assert "Souhaitent un service élaboré, 2006" in block.text
    assert len(block.result_ids) == 3


def test_what_is_hidden_is_a_sign_and_what_a_model_says_stands_in_brackets(evaluation: Evaluation) -> None:
    hidden = told(("pays", "02"), "withheld", estimate=math.nan, quality="suppress", reason="ns_few")
    modelled = told(("pays", "20"), "modelled", method="eblup", estimate=0.42)
    block = comparison(
        made_of(evaluation, told(("region", "53")), told(("pays", "03")), hidden, modelled, units=("03", "02", "20"))
    )
    assert [line[1] for line in cells(block.text)[1:]] == ["48\u202f%", "ns", "(42\u202f%)"]


def test_a_share_that_all_of_a_few_gave_is_not_that_of_all(evaluation: Evaluation) -> None:
    everyone = told(("pays", "02"), estimate=1.0, lower=0.86, upper=1.0, quality="caution", reason="extreme")
    none = told(("pays", "20"), estimate=0.0, lower=0.0, upper=0.09, quality="caution", reason="extreme")
    block = comparison(made_of(evaluation, told(("region", "53")), everyone, none))
    assert [line[1] for line in cells(block.text)[1:]] == ["86\u202f% ou plus", "9\u202f% ou moins"]


def test_without_units_there_is_nothing_to_compare(evaluation: Evaluation) -> None:
    assert comparison(made_of(evaluation, told(("region", "53")), units=())).text == ""
