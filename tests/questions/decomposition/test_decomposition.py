"""Decompositions against published tables, R regressions and the simulated population."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.questions.decomposition import answer as decomposition
from pipeline.questions.decomposition.oaxaca import oaxaca
from pipeline.questions.decomposition.rates import das_gupta, kitagawa, structure_factors, symmetric_effects
from pipeline.survey import Design
from pipeline.survey.errors import UnsupportedError, VariableError
from tests.questions.conftest import Known, entry

FOLDER = Path(__file__).parents[2] / "reference" / "decomposition"
SAMPLE = Path(__file__).parents[2] / "reference" / "survey" / "data" / "apistrat.csv"
#: The manual prints four decimals.
PRINTED = 5e-5


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv")


def _population(table: pd.DataFrame, year: int, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rows = table[table["year"] == year]
    return rows["size"].to_numpy(float).reshape(shape), rows["rate"].to_numpy(float).reshape(shape)


def test_kitagawa_reproduces_the_published_headship_table() -> None:
    table = _table("headship")
    made = kitagawa(_population(table, 1970, (13,)), _population(table, 1985, (13,)))
    assert made.behaviour.sum() == pytest.approx(1.7403, abs=PRINTED)
    assert made.composition.sum() == pytest.approx(1.2269, abs=PRINTED)


def test_das_gupta_reproduces_the_published_table_of_deaths_by_race_and_age() -> None:
    table = _table("deaths")
    made = das_gupta(_population(table, 1970, (2, 11)), _population(table, 1985, (2, 11)))
    # three decimals: the two published forms of the cross-classified method differ in the fourth
    assert np.round([made.behaviour, *made.composition], 3).tolist() == [-2.228, 0.020, 1.522]
    assert made.behaviour + made.composition.sum() == pytest.approx(8.735618 - 9.421833, abs=1e-6)


def test_symmetric_effects_reproduce_the_published_product_of_three_factors() -> None:
    table = _table("births")
    factors = {y: [rows[c].to_numpy(float) for c in "abc"] for y, rows in table.groupby("year")}
    effects = symmetric_effects(factors[1960], factors[1970], lambda f: float((f[0] * f[1] * f[2]).sum()))
    assert effects == pytest.approx([-7.285632, -2.720633, -1.565181], abs=5e-7)


def test_structure_factors_multiply_to_the_shares_and_leave_empty_classes_at_zero() -> None:
    sizes = np.random.default_rng(3).integers(0, 20, (3, 4, 2)).astype(float)
    sizes[0, 0, 0] = 0
    product = np.prod(np.stack(structure_factors(sizes)), axis=0)
    np.testing.assert_allclose(product, sizes / sizes.sum(), rtol=1e-12, atol=0)


def test_one_factor_das_gupta_is_kitagawa() -> None:
    table = _table("headship")
    both = _population(table, 1970, (13,)), _population(table, 1985, (13,))
    assert das_gupta(*both).composition[0] == pytest.approx(kitagawa(*both).composition.sum(), rel=1e-12)


@pytest.mark.parametrize("model", ["linear", "logit"])
def test_oaxaca_blinder_equals_r_regressions(model: str) -> None:
    expected = json.loads((FOLDER / "oaxaca.json").read_text())[model]
    frame = pd.read_csv(SAMPLE.with_name("nhanes.csv"))
    frame = frame.assign(race=frame["race"].astype(str), group=np.where(frame["RIAGENDR"] == 1, "men", "women"))
    design = Design(frame, weights="WTMEC2YR", strata="SDMVSTRA", clusters="SDMVPSU")
    references = ("first", "last", "average", *(["pooled"] if model == "linear" else []))
    made = oaxaca(design, "HI_CHOL", ["agecat", "race"], "group", "men", "women", model, references)
    # both iterate to 1e-14
    np.testing.assert_allclose(made.parts.estimate, expected["estimate"], rtol=1e-8, atol=1e-10)
    ratio = made.parts.se / np.array(expected["se"])
    terms = np.array([term != "" for _, _, term in made.labels])
    # a jackknife over 31 units and linearisation agree to second order
    np.testing.assert_allclose(ratio[~terms], 1, atol=0.01)
    # the share of a term is a ratio: where the whole composition is about zero the two have no common value
    steady = terms & np.array([reference == "last" or model == "linear" for _, reference, _ in made.labels])
    np.testing.assert_allclose(ratio[steady], 1, atol=0.05)


def test_the_parts_of_oaxaca_blinder_add_up() -> None:
    frame = pd.read_csv(SAMPLE).assign(y=lambda t: (t["api00"] > 650).astype(float))
    made = oaxaca(Design(frame, weights="pw", strata="stype"), "y", ["meals", "ell"], "awards", "No", "Yes", "logit")
    value = dict(zip(made.labels, made.parts.estimate, strict=True))
    total = value[("total", "", "")]
    for reference in ("first", "last", "average"):
        split = value[("composition", reference, "")] + value[("behaviour", reference, "")]
        assert split == pytest.approx(total, abs=1e-12)
    threefold = sum(value[(part, "", "")] for part in ("endowments", "coefficients", "interaction"))
    assert threefold == pytest.approx(total, abs=1e-12)
    terms = sum(value[("composition", "first", t)] for t in ("meals", "ell"))
    assert terms == pytest.approx(value[("composition", "first", "")], abs=1e-12)


def test_what_oaxaca_blinder_does_not_offer_is_refused() -> None:
    design = Design(pd.read_csv(SAMPLE).assign(y=1.0), weights="pw")
    with pytest.raises(UnsupportedError, match="pooled"):
        oaxaca(design, "y", ["meals"], "awards", "No", "Yes", "logit", ("pooled",))
    with pytest.raises(VariableError, match="no complete row"):
        oaxaca(design, "y", ["meals"], "awards", "No", "Perhaps")


SETTINGS = {
    "of": "demand",
    "indicators": ["elaborate"],
    "contrast": ["2003", "2006"],
    "factor": "age_band",
    "factors": ["age_band", "home_computer"],
    "terms": ["age_band", "sex"],
    "models": ["linear"],
}


@pytest.fixture(scope="module")
def parts(brittany: Known) -> pd.DataFrame:
    made = decomposition.answer(brittany.context, entry(SETTINGS, "decomposition"))
    return results.frame(made).set_index("result_id")


HEAD, TAIL = "demand.elaborate", "users/wave=2003..2006/region=53"


def test_every_decomposition_adds_up_to_one_change_of_complete_rows(parts: pd.DataFrame) -> None:
    found = parts["estimate"]
    bands = found[found.index.str.contains("behaviour.kitagawa") & found.index.str.contains("age_band=")]
    assert bands.sum() == pytest.approx(found[f"{HEAD}.behaviour.kitagawa/{TAIL}"], abs=1e-9)
    factors = found[found.index.str.contains("das_gupta") & found.index.str.contains("factor=")]
    assert factors.sum() == pytest.approx(found[f"{HEAD}.composition.das_gupta/{TAIL}"], abs=1e-9)
    total = [
        found[f"{HEAD}.behaviour.{m}/{TAIL}"] + found[f"{HEAD}.composition.{m}/{TAIL}"]
        for m in ("kitagawa", "oaxaca_linear_first")
    ]
    assert total[0] == pytest.approx(total[1], abs=1e-6)


def test_kitagawa_finds_behaviour_and_composition_of_the_population(parts: pd.DataFrame, brittany: Known) -> None:
    tables = [
        w.persons.groupby("age_band")["any_elaborate"].agg(["size", "mean"]) for w in brittany.population.waves.values()
    ]
    truth = kitagawa(*((t["size"].to_numpy(float), t["mean"].to_numpy(float)) for t in tables))
    for part, value in (("behaviour", truth.behaviour.sum()), ("composition", truth.composition.sum())):
        row = parts.loc[f"{HEAD}.{part}.kitagawa/{TAIL}"]
        # one sample: four standard errors; the benchmark redraws it for the coverage of the interval
        assert abs(row["estimate"] - 100 * value) < 4 * row["se"]
    assert 100 * truth.behaviour.sum() > 10 > 0 > 100 * truth.composition.sum()
