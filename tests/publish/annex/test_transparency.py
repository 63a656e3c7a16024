"""The eleven points of AAPOR are answered for every survey, from what is declared."""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.evaluation import Evaluation, SamplingDesign
from pipeline.evaluation.declared import SourceKind
from pipeline.publish.annex.transparency import aapor

from .grounds import cells, changed, declared, ground


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_there_are_eleven_points_each_with_an_answer(evaluation: Evaluation, lang: str) -> None:
    found = cells(aapor(ground(evaluation, lang)).text)
    assert len(found) == 11
    assert all(all(row) for row in found)


#: Kinds of sources that are told as surveys, with one, or from other sources.
_TOLD_ELSEWHERE = {"survey", "fieldwork", "framework"}


@pytest.mark.parametrize("kind", sorted({*get_args(SourceKind)} - _TOLD_ELSEWHERE))
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_other_kind_of_source_is_told_in_the_strategy(evaluation: Evaluation, kind: str, lang: str) -> None:
    surveys = [s for s in evaluation.settings.sources if s.kind == "survey"]
    other = next(s for s in evaluation.settings.sources if s.kind != "survey")

    def strategy(kind: str) -> str:
        sources = [*surveys, other.model_copy(update={"kind": kind})]
        return str(cells(aapor(ground(declared(evaluation, sources=sources), lang)).text)[0][1])

    assert len(strategy(kind)) > len(strategy("framework"))


def test_weighting_is_told_as_it_was_done(evaluation: Evaluation) -> None:
    assert "Selection; nonresponse; calibration; weight share" in aapor(ground(evaluation, "en")).text
    quota = changed(evaluation, by="quota", design=SamplingDesign(weights="weight"), weighting=[])
    assert "Supplied weights" in aapor(ground(quota, "en")).text


def test_a_sponsor_that_nobody_declared_is_not_made_up(evaluation: Evaluation) -> None:
    nobody = declared(evaluation, commissioned_by=None, credits=[])
    assert ["Sponsor and conduct", "not stated"] in [row[:2] for row in cells(aapor(ground(nobody, "en")).text)]


def test_without_a_survey_the_points_do_not_apply(evaluation: Evaluation) -> None:
    others = [s for s in evaluation.settings.sources if s.kind != "survey"]
    assert aapor(ground(declared(evaluation, sources=others))).text == ""
