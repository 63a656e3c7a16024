"""No masked number can be worked out from what is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.protect import Thresholds, protect
from pipeline.protect.printed import printed
from pipeline.protect.relations import parsed
from pipeline.protect.secondary import PRIMARY
from pipeline.protect.stage import decide
from pipeline.results import ESTIMATE_COLUMNS, frame
from tests.protect.conftest import result
from tests.protect.test_confidentiality import VISITS


def visits(estimate, contributors, code="53", band=None, **changes):
    level = "region" if code == "53" else "pays"
    row = {**VISITS, "estimate": float(estimate), "contributors": contributors, "n": contributors}
    row |= {"territory_level": level, "territory": code, "domain": {"age_band": band} if band else None}
    return result(**{**row, **changes})


def shown(out):
    return out[out["quality"] != "suppress"]


def test_two_category_question_is_masked_whole():
    rows = [
        result(analysis="profile", indicator="sex", domain={"sex": s}, estimate=e, se=0.004, contributors=c)
        for s, e, c in ((1, 0.995, 1200), (2, 0.005, 6))
    ]
    out, told = protect(frame(rows))
    assert sorted(out["reason"]) == ["c", "c"]
    assert told["suppressed"] == 2


def test_one_masked_territory_takes_a_second_with_it():
    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    out, _ = protect(frame(rows))
    reasons = out.set_index("territory")["reason"].to_dict()
    assert reasons == {"53": "", "01": "c", "02": "c", "03": ""}


def test_a_masked_total_masks_the_mean_that_gives_it_back():
    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    rows += [visits(1.5, 8, "02", measure="per_inhabitant", unit="rate")]
    rows += [visits(0.1, 8, "02", measure="evolution", unit="ratio", period="2003..2006")]
    out, _ = protect(frame(rows))
    assert (out.loc[out["territory"] == "02", "reason"] == "c").all()


def test_an_answer_masked_hides_the_whole_distribution_but_not_its_mean():
    base = {"analysis": "satisfaction", "indicator": "overall"}
    rows = [
        result(**base, measure="distribution", domain={"answer": a}, estimate=e, se=0.005, contributors=c)
        for a, e, c in ((1, 0.003, 5), (2, 0.027, 50), (3, 0.1, 180), (4, 0.4, 740), (5, 0.47, 870))
    ]
    rows.append(result(**base, measure="mean", unit="mean", estimate=4.3, se=0.02, lower=4.26, upper=4.34))
    out, _ = protect(frame(rows))
    assert out.set_index("measure")["quality"].to_dict() == {"distribution": "suppress", "mean": "publish"}


def solvable(out: pd.DataFrame, truth: pd.DataFrame) -> set[str]:
    """Return primarily masked counts that an intruder works out by elimination from sums over pays and bands."""
    known = dict(zip(shown(out)["result_id"], shown(out)["estimate"], strict=True))
    ids = {(r.territory, parsed(r.domain).get("age_band", "")): r.result_id for r in truth.itertuples()}
    pays = sorted({t for t, _ in ids})
    bands = sorted({b for _, b in ids})
    sums = [(("53", b), [(p, b) for p in pays if p != "53"]) for b in bands]
    sums += [((p, ""), [(p, b) for b in bands if b]) for p in pays]
    moved = True
    while moved:
        moved = False
        for total, parts in sums:
            unknown = [c for c in [total, *parts] if ids[c] not in known]
            if len(unknown) == 1:
                value = known.get(ids[total])
                known[ids[unknown[0]]] = (
                    sum(known[ids[p]] for p in parts)
                    if unknown[0] == total
                    else value - sum(known[ids[p]] for p in parts if p != unknown[0])
                )
                moved = True
    primary = set(truth.loc[np.isin(decide(truth, Thresholds()).reason, PRIMARY), "result_id"])
    return primary & set(known)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 12), min_size=3, max_size=3), min_size=2, max_size=6),
    st.integers(0, 2**32 - 1),
)
def test_no_masked_count_follows_from_its_margins(spaces, seed):
    rng = np.random.default_rng(seed)
    cells = {(f"{p:02d}", b): (int(rng.integers(1, 500)), s[b]) for p, s in enumerate(spaces, 1) for b in range(3)}
    rows = []
    for code in ["53", *sorted({p for p, _ in cells})]:
        for band in [None, 0, 1, 2]:
            inside = [v for (p, b), v in cells.items() if code in ("53", p) and band in (None, b)]
            label = None if band is None else f"b{band}"
            rows.append(visits(sum(v for v, _ in inside), max(s for _, s in inside), code, label))
    truth = frame(rows)
    out, _ = protect(truth)
    assert solvable(out, truth) == set()
    assert out.loc[out["quality"] == "suppress", list(ESTIMATE_COLUMNS)].isna().all(axis=None)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0.0001, 0.3), st.integers(0, 400), st.integers(0, 60)),
        min_size=1,
        max_size=12,
    )
)
def test_suppressed_rows_carry_nothing_and_shown_rows_are_unchanged(rows):
    table = frame(
        result(indicator=f"i{i}", estimate=p, se=se, n=n, df=df, contributors=round(p * n))
        for i, (p, se, n, df) in enumerate(rows)
    )
    out, told = protect(table)
    table = printed(table)
    hidden = out["quality"] == "suppress"
    private = [*ESTIMATE_COLUMNS, "contributors", "largest_share"]
    assert out.loc[hidden, private].isna().all(axis=None)
    assert (out.loc[hidden, "reason"] != "").all()
    kept = list(ESTIMATE_COLUMNS)
    pd.testing.assert_frame_equal(out.loc[~hidden, kept], table.loc[~hidden, kept])
    assert told["published"] + told["caution"] + told["suppressed"] == len(table)


def spent(period, estimate, contributors, financer=None, measure="amount", **changes):
    row = {"analysis": "money", "indicator": "spending", "measure": measure, "population": "expenditure"}
    row |= {"inference": "census", "se": np.nan, "lower": np.nan, "upper": np.nan, "df": np.nan, "n": contributors}
    row |= {"unit": "euro" if measure == "amount" else "share", "period": period, "contributors": contributors}
    row |= {"estimate": float(estimate), "largest_share": 0.2, "domain": {"financer": financer} if financer else None}
    return result(**{**row, **changes})


def test_an_amount_of_one_year_does_not_follow_from_the_period_and_the_other_years():
    rows = [spent("2003..2005", 600, 30), spent("2003", 100, 2), spent("2004", 200, 20), spent("2005", 300, 25)]
    out, _ = protect(frame(rows))
    out = out.set_index("period")
    assert out.loc["2003", "reason"] == "c"
    assert out.loc["2004", "reason"] == "c"
    assert out.loc[["2003..2005", "2005"], "estimate"].notna().all()


def test_the_share_of_a_masked_amount_is_masked_too():
    rows = [spent("2003", 1000, 30)]
    for financer, amount, contributors in (("europe", 100, 2), ("state", 400, 12), ("commune", 500, 30)):
        rows += [
            spent("2003", amount, contributors, financer),
            spent("2003", amount / 1000, contributors, financer, "share"),
        ]
    out, _ = protect(frame(rows))
    masked = out[out["quality"] == "suppress"]
    assert set(masked["domain"]) == {"financer=europe", "financer=state"}
    assert len(masked) == 4


def test_an_amount_that_one_space_dominates_is_masked():
    out, _ = protect(frame([spent("2003", 1000, 9, largest_share=0.9), spent("2004", 1000, 9, largest_share=0.8)]))
    assert list(out.sort_values("period")["reason"]) == ["c", ""]
