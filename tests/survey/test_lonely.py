"""Strata with one unit under each of R's options, in the sample and in domains."""

from __future__ import annotations

import pytest

from pipeline.survey import Design, LonelyPsuError
from tests.survey.reference import assert_close, data, quantities

R = quantities("lonely")


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
@pytest.mark.parametrize("domains", [False, True])
@pytest.mark.parametrize("kind", ["wr", "fpc"])
def test_lone_units_are_treated_as_in_r(rule: str, domains: bool, kind: str) -> None:
    d = Design(
        data("lonely"), weights="w", strata="h", clusters="psu", population_sizes="N" if kind == "fpc" else None,
        lonely_psu=rule, lonely_domains=domains,
    )  # fmt: skip
    key = f"{rule}.{str(domains).upper()}.{kind}"
    for statistic in ("mean", "total"):
        table = getattr(d, statistic)("y")
        assert_close(table["estimate"], R[f"{key}.{statistic}"]["estimate"])
        assert_close(table["se"], R[f"{key}.{statistic}"]["se"])
    assert_close(d.mean("y", by="g")["se"], R[f"{key}.by"]["se"])
    assert_close(d.total("y", by="g")["se"], R[f"{key}.by_total"]["se"])


def test_the_lone_stratum_is_named() -> None:
    with pytest.raises(LonelyPsuError, match="h=b"):
        Design(data("lonely"), weights="w", strata="h", clusters="psu").mean("y")


def test_a_stratum_taken_whole_is_not_lonely() -> None:
    frame = data("lonely").assign(N=lambda f: f["N"].where(f["h"] != "b", 1))
    d = Design(frame, weights="w", strata="h", clusters="psu", population_sizes="N")
    assert d.mean("y")["se"][0] > 0
