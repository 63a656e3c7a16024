"""Model-based numbers of the pays: beside the direct ones, adding up to the region, about the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import AnalyseError
from pipeline.protect import protect
from pipeline.questions.entry import entries
from pipeline.questions.small_areas import answer as small_areas
from pipeline.results import frame
from tests.questions.conftest import known

ELABORATE = {
    "analysis": "demand",
    "name": "elaborate",
    "question": "wants",
    "items": [
        "help_at_home",
        "blog_or_site",
        "photo_software",
        "video_music",
        "specialised_culture_sites",
        "activism_associations",
    ],
}


def answered(known, **settings) -> pd.DataFrame:
    wanted = {"indicators": [ELABORATE], "contrast": ["2003", "2006"], **settings}
    context = known.with_plan("small_areas", **wanted)
    return frame(small_areas.answer(context, entries(context.evaluation)[0])).set_index("result_id", drop=False)


@pytest.fixture(scope="module")
def table(brittany):
    return answered(brittany, covariates=["visits:15-24", "commune_size"])


def test_every_pays_has_a_number_a_wave_and_a_change(table):
    modelled = table[(table["method"] == "eblup") & (table["territory_level"] == "pays")]
    assert modelled.groupby("wave").size().to_dict() == {"2003": 21, "2003..2006": 21, "2006": 21}
    assert (modelled["inference"] == "model").all()
    assert modelled[["se", "lower", "upper", "n", "contributors"]].notna().all(axis=None)
    assert "demand.elaborate.share.eblup/users/wave=2006/pays=15" in table.index


def test_pays_add_up_to_the_direct_estimate_of_the_region(brittany, table):
    from pipeline.questions.demand import answer as demand

    context = brittany.with_plan("demand")
    direct = frame(demand.answer(context, entries(context.evaluation)[0])).set_index("result_id")
    for wave in ("2003", "2006"):
        model = table.at[f"demand.elaborate.share.eblup/users/wave={wave}/region=53", "estimate"]
        own = direct.at[f"demand.elaborate.share/users/wave={wave}/region=53", "estimate"]
        # the region counts a handful of users of communes that lie in no pays
        assert model == pytest.approx(own, abs=0.01)
    change = table.at["demand.elaborate.shift.eblup/users/wave=2003..2006/region=53", "estimate"]
    own = direct.at["demand.elaborate.shift/users/wave=2003..2006/region=53", "estimate"]
    # users moved little between pays, and the two stand apart by that alone
    assert change == pytest.approx(own, abs=1.5)


def test_model_is_nearer_the_truth_than_the_direct_estimates_of_small_pays(brittany, table):
    modelled = table[(table["method"] == "eblup") & (table["territory_level"] == "pays") & (table["wave"] == "2006")]
    truth = brittany.truth.reindex(modelled["result_id"].str.replace(".eblup", "")).to_numpy()
    # one sample: the mean of 21 squared errors is known within a third
    assert np.sqrt(np.mean((modelled["estimate"] - truth) ** 2)) < 1.35 * modelled["se"].mean()
    assert ((modelled["lower"] <= truth) & (truth <= modelled["upper"])).mean() >= 0.8


def test_protection_follows_the_contributors_of_the_direct_number(table):
    public, _ = protect(table.reset_index(drop=True))
    modelled = public[(public["method"] == "eblup") & (public["territory_level"] == "pays")]
    few = modelled["result_id"].map(table["contributors"]) < 11
    assert (modelled.loc[few, "quality"] == "suppress").all()
    assert set(modelled.loc[modelled["quality"] != "suppress", "reason"]) == {"model"}
    assert (modelled["quality"] != "suppress").mean() > 0.8


def test_more_than_two_covariates_are_refused_with_the_reason(brittany):
    with pytest.raises(AnalyseError, match="at most 2 covariates: with so few territories"):
        answered(brittany, covariates=["visits:15-24", "commune_size", "coastal"])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"covariates": ["income"]}, "no such covariate"),
        ({"covariates": ["visits:12-17"]}, "no such group"),
        ({"indicators": [{**ELABORATE, "codes": ["yes"]}]}, "either codes or items"),
        ({"indicators": [{**ELABORATE, "items": ["fishing"]}]}, "no such item"),
    ],
)
def test_wrong_settings_end_in_one_message(brittany, settings, message):
    with pytest.raises(AnalyseError, match=message):
        answered(brittany, **settings)


def test_too_few_areas_are_refused_with_the_place_of_the_setting(miniature):
    with pytest.raises(AnalyseError, match=r"plan\.0\.settings\.indicators, elaborate"):
        answered(miniature)


@pytest.mark.slow
def test_coverage_and_gain_over_redrawn_samples_of_the_simulated_region(tmp_path):
    covered, model, direct = [], [], []
    for seed in range(20):
        drawn = known("bretagne-cybercommunes", tmp_path / str(seed), seed=100 + seed)
        table = answered(drawn, covariates=["visits:15-24", "commune_size"])
        rows = table[(table["method"] == "eblup") & (table["territory_level"] == "pays")]
        truth = drawn.truth.reindex(rows["result_id"].str.replace(".eblup", "")).to_numpy()
        covered.append((rows["lower"] <= truth) & (truth <= rows["upper"]))
        scale = np.where(rows["unit"] == "point", 1.0, 100.0)
        model.append(((rows["estimate"] - truth) * scale) ** 2)
        from pipeline.questions.demand import answer as demand

        context = drawn.with_plan("demand")
        own = frame(demand.answer(context, entries(context.evaluation)[0])).set_index("result_id")
        same = own.loc[rows["result_id"].str.replace(".eblup", ""), "estimate"].to_numpy()
        direct.append(((same - truth) * scale) ** 2)
    print(f"coverage {np.mean(covered):.3f}, RMSE {np.sqrt(np.mean(model)):.2f} against {np.sqrt(np.mean(direct)):.2f}")
    # 20 samples x 63 numbers; areas keep their truth, so errors go together: about two points of standard error
    assert 0.91 < np.mean(covered) < 0.995
    assert np.mean(model) < 0.6 * np.mean(direct)
