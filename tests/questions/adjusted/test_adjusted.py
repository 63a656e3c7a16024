"""Adjusted shifts: held against plain estimates, the simulated truth, statsmodels' habits and invented data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.protect import protect
from pipeline.questions import families
from pipeline.questions.adjusted import answer as adjusted
from pipeline.questions.adjusted.pooling import Spread, pooled, spread_of, spread_out
from pipeline.questions.comparability import answer as comparability
from pipeline.survey import Design
from tests.questions.conftest import Known, entry, table_of

SETTINGS = {
    "of": "demand",
    "indicators": ["elaborate"],
    "contrast": ["2003", "2006"],
    "controls": ["age_band", "sex", "occupation"],
    "mediators": ["home_computer"],
    "pooled": True,
    "items": True,
    "categorical": [
        {"name": "combination", "model": "multinomial", "first_of": ["elaborate", "basic"]},
        {"of": "satisfaction", "name": "overall", "model": "ordinal", "question": "sat_overall"},
    ],
}
TAIL = "users/wave=2003..2006/region=53"


@pytest.fixture(scope="module")
def told(brittany: Known) -> pd.DataFrame:
    rows = adjusted.answer(brittany.context, entry(SETTINGS, "adjusted"))
    return families.adjust(table_of(adjusted, rows), frozenset({"elaborate", "basic"})).set_index("result_id")


def test_the_adjusted_shift_is_near_that_of_the_population_with_one_public(told: pd.DataFrame, brittany: Known) -> None:
    waves = [w.persons for w in brittany.population.waves.values()]
    both = pd.concat(waves)["age_band"].value_counts(normalize=True)
    rates = [w.groupby("age_band")["any_elaborate"].mean() for w in waves]
    truth = 100 * float(((rates[1] - rates[0]) * both).sum())
    row = told.loc[f"demand.elaborate.shift.adjusted/{TAIL}"]
    # occupation and sex are drawn apart from demand given age; one sample: four standard errors
    assert abs(row["estimate"] - truth) < 4 * row["se"]
    assert truth > 100 * (waves[1]["any_elaborate"].mean() - waves[0]["any_elaborate"].mean())


def test_the_mediated_part_is_the_difference_of_the_two_models(told: pd.DataFrame) -> None:
    for domain in ("", "/age_band=60+"):
        shifts = [told.loc[f"demand.elaborate.shift.{m}/{TAIL}{domain}"] for m in ("adjusted", "adjusted_equipment")]
        part = told.loc[f"demand.elaborate.mediated.equipment/{TAIL}{domain}"]
        assert part["estimate"] == pytest.approx(shifts[0]["estimate"] - shifts[1]["estimate"], abs=1e-9)
        # the two models share nearly all: taken as independent the error would be several times larger
        assert part["se"] < 0.5 * np.hypot(shifts[0]["se"], shifts[1]["se"])


def test_shifts_are_differences_of_their_levels_and_categories_add_up(told: pd.DataFrame) -> None:
    levels = [told.loc[f"demand.elaborate.share.adjusted/users/wave={w}/region=53", "estimate"] for w in (2003, 2006)]
    shift = told.loc[f"demand.elaborate.shift.adjusted/{TAIL}", "estimate"]
    assert shift == pytest.approx(100 * (levels[1] - levels[0]), abs=1e-9)
    for head in ("demand.combination", "satisfaction.overall"):
        rows = told[told.index.str.startswith(f"{head}.distribution.adjusted")]
        assert rows.groupby("wave")["estimate"].sum().to_numpy() == pytest.approx([1, 1], abs=1e-9)
        moved = told[told.index.str.startswith(f"{head}.distribution_shift.adjusted")]["estimate"]
        assert moved.sum() == pytest.approx(0, abs=1e-6)


def test_pooled_shifts_of_pays_spread_less_than_their_own_regressions(told: pd.DataFrame) -> None:
    rows = told[told.index.str.startswith("demand.elaborate.shift.pooled") & (told["territory_level"] == "pays")]
    whole = rows[rows["domain"] == ""]
    assert len(whole) == 21
    assert len(rows) == 21 * 5
    assert (rows["inference"] == "model").all()
    region = told.loc[f"demand.elaborate.shift.adjusted/{TAIL}", "estimate"]
    assert abs(whole["estimate"].mean() - region) < 2
    weight = told.loc[f"demand.elaborate.shrinkage.pooled/{TAIL}/over=pays", "estimate"]
    assert 0 < weight < 1


def test_every_row_passes_protection_with_its_levels(told: pd.DataFrame, brittany: Known) -> None:
    from pipeline.questions.demand import answer as demand

    declared = next(p.settings for p in brittany.context.evaluation.settings.plan if p.question == "demand")
    base = table_of(demand, demand.answer(brittany.context, entry(declared, "demand")))
    table, _ = protect(pd.concat([base, told.reset_index()[base.columns]], ignore_index=True))
    shown = table.set_index("result_id")
    assert shown.loc[f"demand.elaborate.shift.adjusted/{TAIL}", "quality"] == "publish"
    # its interval was measured to cover less than it announces
    mediated = shown.loc[f"demand.elaborate.mediated.equipment/{TAIL}"]
    assert mediated["quality"] == "caution"
    assert mediated["reason"].startswith("coverage_")
    assert shown.loc["demand.elaborate.shift.pooled/users/wave=2003..2006/pays=02", "quality"] == "caution"


def test_a_family_is_told_only_as_far_as_its_global_test(told: pd.DataFrame) -> None:
    row = told.loc[f"demand.elaborate.shift.adjusted/{TAIL}/age_band=60+"]
    gate = told.loc[f"demand.elaborate.global_test.adjusted/{TAIL}/over=age_band", "p_value"]
    assert row["p_adjusted"] >= max(row["p_value"], gate)
    raised = told.copy()
    raised.loc[f"demand.elaborate.global_test.adjusted/{TAIL}/over=age_band", "p_value"] = 0.4
    again = families.adjust(raised.reset_index(), frozenset({"elaborate"})).set_index("result_id")
    bands = again[again.index.str.startswith("demand.elaborate.shift.adjusted/") & (again["domain"] != "")]
    assert (bands["p_adjusted"] >= 0.4).all()
    assert again.loc[f"demand.elaborate.shift.adjusted/{TAIL}", "p_adjusted"] < 0.05


def test_settings_that_name_nothing_say_what_there_is(brittany: Known) -> None:
    for key, value, words in (
        ("of", "nothing", "no such entry"),
        ("indicators", ["nothing"], "no such indicator"),
        ("controls", ["nothing"], "no such column"),
    ):
        with pytest.raises(AnalyseError, match=words):
            adjusted.answer(brittany.context, entry({**SETTINGS, key: value}, "adjusted"))


def test_restricted_likelihood_finds_the_variance_of_known_effects() -> None:
    rng = np.random.default_rng(11)
    found = []
    for _ in range(80):
        effects = rng.normal(0, 0.5, 21)
        noise = rng.normal(0, 0.3, 21)
        deviations = (effects + noise)[1:] - (effects + noise)[0]
        found.append(spread_of(deviations, 0.09 * (np.eye(20) + 1)).variance)
    # unbiased up to Monte Carlo: sd of one estimate about 0.11, of the mean of 80 about 0.012
    assert np.mean(found) == pytest.approx(0.25, abs=0.04)


def test_pooled_effects_shrink_by_the_ratio_of_variances() -> None:
    deviations = np.array([0.4, -0.2, 0.9])
    matrix = spread_out(4, 0, (1, 2, 3))
    noise = 0.1
    errors = np.array([[1, -1, -1, -1], [-1, 2, 1, 1], [-1, 1, 2, 1], [-1, 1, 1, 2]]) * noise
    made = pooled(np.array([1.0, *deviations]), errors, matrix, 4, Spread(0.3, 0.0, False))
    own = np.array([1.0, *(1.0 + deviations)])
    common = own.mean()
    expected = (own - common) * 0.3 / (0.3 + noise)
    assert made.estimate[0] == pytest.approx(common, abs=1e-9)
    assert made.estimate[1:] == pytest.approx(expected, abs=1e-9)


def test_statsmodels_ignores_weights_where_these_models_do_not() -> None:
    from statsmodels.discrete.discrete_model import MNLogit
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    rng = np.random.default_rng(4)
    x = rng.normal(size=400)
    y = np.digitize(x + rng.logistic(size=400), [-0.5, 0.8])
    weights = np.where(y == 2, 4.0, 1.0) * rng.uniform(0.5, 1.5, 400)
    frame = pd.DataFrame({"x": x, "y": y, "w": weights, "one": 1.0})
    design = {name: Design(frame, weights=name) for name in ("w", "one")}
    exog = np.column_stack([np.ones(400), x])
    plain = MNLogit(y, exog).fit(disp=0).params
    with pytest.warns(UserWarning, match="unknown kwargs"):
        given = MNLogit(y, exog, freq_weights=weights).fit(disp=0).params
    assert np.array_equal(plain, given)
    ours = {n: d.multinomial("y ~ x").coefficients["estimate"].to_numpy() for n, d in design.items()}
    assert np.abs(ours["w"] - ours["one"]).max() > 0.3
    np.testing.assert_allclose(np.sort(ours["one"]), np.sort(np.asarray(plain).ravel()), rtol=1e-4)
    ordered = OrderedModel(y, x[:, None], distr="logit").fit(method="bfgs", disp=0).params[0]
    slopes = {
        n: float(d.ordinal("y ~ x").coefficients.set_index("term").loc["x", "estimate"]) for n, d in design.items()
    }
    assert slopes["one"] == pytest.approx(ordered, abs=1e-4)
    assert abs(slopes["w"] - slopes["one"]) > 0.02


def test_the_default_evaluation_raises_no_warning_of_comparability(brittany: Known) -> None:
    made = comparability.answer(brittany.context, entry({"contrast": ["2003", "2006"]}, "comparability"))
    warnings = {r.indicator: r.estimate for r in made if r.measure == "warning"}
    assert warnings == {"new_items": 0, "sparse": 0, "mode_effect": 0}
