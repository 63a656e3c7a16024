"""The simulated evaluation against R: two-stage samples, raking, persons reached through visits, stacked waves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.survey import Design
from tests.survey.populations import two_stage
from tests.survey.reference import assert_close, data, quantities

R = quantities("evaluation")


def margins(wave: bool = False) -> list[pd.Series]:
    table = data("evaluation_margins")
    out = []
    for name in ("stratum", "age"):
        part = table[table["margin"] == name].set_index("category")["total"].rename_axis(name)
        if name == "stratum":
            part.index = part.index.astype(int)
        out.append(pd.concat({2003: part, 2006: part}, names=["wave"]) if wave else part)
    return out


def wave_design(wave: int, kind: str) -> Design:
    frame = data("evaluation")
    d = two_stage(frame[frame["wave"] == wave].reset_index(drop=True))
    return d if kind == "base" else d.rake(margins(), tolerance=1e-13)


@pytest.mark.parametrize("wave", [2003, 2006])
@pytest.mark.parametrize("kind", ["base", "raked"])
def test_visits_and_persons_of_a_wave_equal_r(wave: int, kind: str) -> None:
    d, key = wave_design(wave, kind), f"{wave}.{kind}"
    persons = d.share_weights("links")
    for table, name in (
        (d.mean(["y", "wants"]), "visits"),
        (d.total(["y", "wants"]), "visit_totals"),
        (persons.mean(["y", "wants"]), "persons"),
        (persons.mean("wants", by="age"), "by_age"),
    ):
        assert_close(table["estimate"], R[f"{key}.{name}"]["estimate"])
        assert_close(table["se"], R[f"{key}.{name}"]["se"])
    shares = d.proportion("wants").set_index("category")
    assert_close(shares.loc[1, ["lower", "upper"]], R[f"{key}.logit"])
    quantile = d.quantile("y")
    for column in ("estimate", "lower", "upper"):
        assert_close(quantile[column], R[f"{key}.quantile"][column])
    if kind == "raked":
        assert_close(d.weights[:40], R[f"{key}.weights"])


@pytest.mark.parametrize("wave", [2003, 2006])
@pytest.mark.parametrize("kind", ["base", "raked"])
def test_person_totals_equal_r(wave: int, kind: str) -> None:
    persons = wave_design(wave, kind).share_weights("links")
    counted = persons.total("y")
    expected = R[f"{wave}.{kind}.person_totals"]
    assert_close(counted[["estimate", "se"]], [expected["estimate"][0], expected["se"][0]])
    assert_close(persons.weights.sum(), expected["estimate"][1])


def test_stacked_waves_keep_each_wave_as_it_was() -> None:
    frame = data("evaluation")
    stack = two_stage(frame, waves="wave").rake(margins(wave=True), tolerance=1e-13).share_weights("links")
    table = stack.mean("wants", by=["wave", "age"])
    for wave in (2003, 2006):
        part = table[table["wave"] == wave]
        assert_close(part["estimate"], R[f"{wave}.raked.by_age"]["estimate"])
        assert_close(part["se"], R[f"{wave}.raked.by_age"]["se"])


def test_one_sample_of_both_waves_equals_r() -> None:
    d = Design(data("evaluation"), weights="weight", strata="stratum", clusters="space")
    table = d.mean(["y", "wants"], by="wave")
    # coef(svyby) lists the domains of one variable after the other, SE a row a domain
    assert_close(
        table.sort_values("variable", ascending=False, kind="stable")["estimate"], R["stack.by_wave"]["estimate"]
    )
    assert_close(table["se"], R["stack.by_wave"]["se"])
    by_variable = [0, 2, 1, 3]
    assert_close(
        d.covariance("mean", ["y", "wants"], by="wave")[np.ix_(by_variable, by_variable)], R["stack.by_wave"]["cov"]
    )
    shift = d.contrast("mean", "wants", by="age", over=("wave", 2006, 2003))
    assert_close(shift["estimate"], R["stack.shift_by_age"]["estimate"])
    assert_close(shift["se"], R["stack.shift_by_age"]["se"])
