"""What is counted from records equals what pandas counts in the received file; what is hidden cannot be worked out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from pipeline.errors import AnalyseError, PipelineError
from pipeline.protect import protect
from pipeline.questions.context import Context
from pipeline.questions.entry import entries
from pipeline.questions.records import answer as question
from pipeline.results.agreement import check_quantities
from tests.questions.conftest import table_of
from tests.questions.records.made_up import (
    ACTIVITIES,
    DESKS,
    LOANS,
    activities,
    context,
    desks,
    loans,
    planned,
    programme,
)

#: Numbers are sums of whole numbers, or one division of two.
EXACT = 1e-12


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context(programme(tmp_path_factory.mktemp("loans"), LOANS, loans()))


@pytest.fixture(scope="module")
def let(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context(programme(tmp_path_factory.mktemp("desks"), DESKS, desks()))


@pytest.fixture(scope="module")
def received() -> pd.DataFrame:
    table = loans().assign(days=lambda t: pd.to_numeric(t["days"]))
    return table.assign(year=table["date"].str[:4], month=table["date"].str[:7])


@pytest.fixture(scope="module")
def helped(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context(programme(tmp_path_factory.mktemp("activities"), ACTIVITIES, activities()))


def answered(of: Context, **settings: Any) -> pd.DataFrame:
    """Return the results of the only entry, by their identifier without its head and place."""
    of = planned(of, **settings)
    made = table_of(question, question.answer(of, entries(of.evaluation)[0]))
    check_quantities(made)
    name = made["result_id"].str.replace(r"^[^.]+\.", "", regex=True)
    return made.set_index(name.str.replace("/region=FR", "", regex=False))


def test_counts_totals_and_means_are_those_of_the_file(lent: Context, received: pd.DataFrame) -> None:
    found = answered(lent)["estimate"]
    for year, part in received.groupby("year"):
        assert found[f"records.count/events/period={year}"] == len(part)
        assert found[f"days.total/events/period={year}"] == part["days"].sum()
        assert found[f"days.mean/events/period={year}"] == pytest.approx(part["days"].mean(), rel=EXACT)
    for month, n in received["month"].value_counts().items():
        assert found[f"by_period.count/events/period={month}"] == n


def test_what_is_averaged_alone_has_no_total(lent: Context, received: pd.DataFrame) -> None:
    made = answered(lent, averages=["days"])
    assert {"mean", "mean_shift"} <= set(made["measure"])
    days = made[made["indicator"] == "days"]
    assert set(days["measure"]).isdisjoint({"total", "evolution"})
    kept = answered(lent)
    assert {"total", "evolution"} <= set(kept.loc[kept["indicator"] == "days", "measure"])


def test_shares_are_of_the_records_that_say_their_category(lent: Context, received: pd.DataFrame) -> None:
    made = answered(lent)
    for year, part in received.groupby("year"):
        said = part[part["equipment"] != ""]
        for code in ("laptop", "camera", "robot"):
            row = made.loc[f"equipment.share/events/period={year}/equipment={code}"]
            assert row["estimate"] == pytest.approx((said["equipment"] == code).mean(), rel=EXACT)
            assert row["n"] == len(said)
            assert row["coverage"] == pytest.approx(len(said) / len(part), rel=EXACT)


def test_a_record_of_several_themes_counts_in_each(lent: Context, received: pd.DataFrame) -> None:
    found = answered(lent)["estimate"]
    for year, part in received[received["uses"] != ""].groupby("year"):
        for theme in ("school", "work"):
            told = part["uses"].str.split("|").map(lambda s, t=theme: t in s)
            assert found[f"use.share/events/period={year}/use={theme}"] == pytest.approx(told.mean(), rel=EXACT)


def test_a_change_compares_the_months_that_the_file_covers_in_both_years(lent: Context, received: pd.DataFrame) -> None:
    made = answered(lent)
    both = received[received["month"].str[5:].between("05", "12")]
    old, new = (both[both["year"] == y] for y in ("2004", "2005"))
    change = made.loc["records.evolution/events/period=2004..2005", "estimate"]
    assert change == pytest.approx(len(new) / len(old) - 1, rel=EXACT)
    assert change != pytest.approx(359 / 241 - 1)  # the whole years would say that loans grew by a half
    assert made.loc["compared.months/records/period=2004..2005", "estimate"] == 8
    moved = new["days"].mean() - old["days"].mean()
    assert made.loc["days.mean_shift/events/period=2004..2005", "estimate"] == pytest.approx(moved, rel=1e-9)


def test_whole_years_are_compared_category_by_category(lent: Context, received: pd.DataFrame) -> None:
    made = answered(lent, time="quarter", contrast=["2004-Q3", "2005-Q3"])
    q3 = received[received["month"].str[5:].isin(["07", "08", "09"])]
    shares = [(part.loc[part["equipment"] != "", "equipment"] == "laptop").mean() for _, part in q3.groupby("year")]
    row = made.loc["equipment.shift/events/period=2004-Q3..2005-Q3/equipment=laptop"]
    assert row["estimate"] == pytest.approx(100 * (shares[1] - shares[0]), rel=1e-9)


def test_a_file_declared_to_cover_more_counts_its_empty_months(lent: Context) -> None:
    made = answered(lent, covered=["2004-01-01", "2005-12-31"])
    assert made.loc["by_period.count/events/period=2004-02", "estimate"] == 0
    assert "compared.months/records/period=2004..2005" not in made.index
    assert made.loc["records.evolution/events/period=2004..2005", "estimate"] == pytest.approx(359 / 241 - 1)


def test_occupancy_divides_sums_and_not_rates(let: Context) -> None:
    made, table = answered(let), desks().assign(year=lambda t: t["month"].str[:4])
    for year, part in table.groupby("year"):
        rate = made.loc[f"use.rate/events_of_places/period={year}", "estimate"]
        assert rate == pytest.approx(part["rented"].sum() / part["desks"].sum(), rel=EXACT)
        assert rate != pytest.approx((part["rented"] / part["desks"]).mean(), rel=1e-3)
    assert made.loc["use.offered/events_of_places/period=2006", "contributors"] == 6


def test_days_used_are_set_against_the_working_days_of_each_month(let: Context) -> None:
    rates = [{"name": "days", "used": "occupied", "offered": "desks", "times": "weekdays"}]
    made, table = answered(let, rates=rates), desks()
    start = pd.PeriodIndex(table["month"], freq="M")
    days = [len(pd.bdate_range(m.start_time, m.end_time.normalize())) for m in start]
    part = table.assign(offered=table["desks"] * days)[table["month"].str[:4] == "2007"]
    found = made.loc["days.rate/events_of_places/period=2007", "estimate"]
    assert found == pytest.approx(part["occupied"].sum() / part["offered"].sum(), rel=EXACT)


def test_nobody_is_ever_the_population(lent: Context, let: Context) -> None:
    assert set(answered(lent)["population"]) == {"events", "records"}
    assert set(answered(let)["population"]) == {"events_of_places", "records"}
    assert set(answered(lent)["inference"]) == {"census"}


def test_no_number_of_few_persons_is_shown_nor_can_be_worked_out(lent: Context) -> None:
    private = answered(lent).reset_index(drop=True)
    shown, _ = protect(private)
    told = shown["quality"] != "suppress"
    persons = private["population"].eq("events") & private["unit"].ne("point")
    assert not (told & persons & private["contributors"].between(1, 10)).any()
    for year in ("2004", "2005"):
        own = shown[(shown["period"] == year) & (shown["indicator"] == "equipment") & (shown["measure"] == "count")]
        exact = private.loc[own.index, "estimate"]
        robot = own["domain"] == "equipment=robot"
        assert own.loc[robot, "quality"].eq("suppress").all()
        low, high = _bounds(own["estimate"].to_numpy(), own["domain"].to_numpy(), int(np.flatnonzero(robot)[0]))
        assert high - low >= 0.1 * exact[robot].iloc[0]


def _bounds(printed: np.ndarray, domains: np.ndarray, asked: int) -> tuple[float, float]:
    """Return between which limits a hidden count lies for a reader who adds up the categories to those who said one."""
    whole = domains == ""
    equal = np.where(whole, -1.0, 1.0)[None, :]
    limits = [(v - 0.5, v + 0.5) if np.isfinite(v) else (0, None) for v in printed]
    at = np.eye(len(printed))[asked]
    ends = [linprog(sign * at, A_eq=equal, b_eq=[0.0], bounds=limits) for sign in (1, -1)]
    return tuple(end.fun * sign for end, sign in zip(ends, (1, -1), strict=True))


def test_a_part_of_a_hidden_category_is_told_by_none_of_its_other_numbers(lent: Context) -> None:
    private = answered(lent).reset_index(drop=True)
    shown, _ = protect(private)
    counts = shown[(shown["measure"] == "count") & shown["domain"].ne("") & shown["quality"].eq("suppress")]
    assert len(counts) >= 4
    for period, domain in zip(counts["period"], counts["domain"], strict=True):
        same = shown[(shown["period"] == period) & (shown["domain"] == domain) & shown["quality"].ne("suppress")]
        assert same["n"].isna().all()
        assert same["coverage"].isna().all()
        assert not same["measure"].isin(["mean", "share"]).any()


def test_few_places_are_masked(tmp_path: Any) -> None:
    two = desks()[lambda t: t["place"].isin(["T0", "T1"])]
    made = answered(context(programme(tmp_path, DESKS, two))).reset_index(drop=True)
    shown, _ = protect(made)
    assert shown.loc[shown["population"] == "events_of_places", "quality"].eq("suppress").all()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"by": ["colour"]}, "no such question"),
        ({"contrast": ["2001", "2005"]}, "no records of this time"),
        ({"time": "wave"}, "neither a date nor a wave"),
        ({"quantities": ["equipment"]}, "must be a number"),
        ({"averages": ["delay"]}, "no such question"),
        ({"source": "requests"}, "source of kind records"),
        ({"rates": [{"name": "r", "used": "days", "offered": "posts"}]}, "no such question"),
        ({"detail": "month", "time": "month"}, "shorter than"),
        ({"covered": ["2005-12-31", "2004-01-01"]}, "ends before it starts"),
    ],
)
def test_settings_that_cannot_be_answered_are_refused(lent: Context, settings: dict[str, Any], said: str) -> None:
    of = planned(lent, **settings)
    with pytest.raises(AnalyseError, match=said):
        question.answer(of, entries(of.evaluation)[0])


def test_a_month_of_a_place_received_twice_counts_once(tmp_path: Any) -> None:
    table = desks()
    twice = pd.concat([table, table.head(3)], ignore_index=True)
    of = context(programme(tmp_path, DESKS, twice))
    account = pd.read_parquet(of.ingest / "account.parquet")
    assert account.loc[account["reason"] == "repeated_key", "n"].sum() == 3
    assert answered(of)["estimate"].filter(like="records.count").sum() == len(table)


def test_more_used_than_offered_stops_or_is_set_aside(tmp_path: Any) -> None:
    table = desks()
    table.loc[0, "rented"] = table.loc[0, "desks"] + 5
    of = context(programme(tmp_path, DESKS, table))
    account = pd.read_parquet(of.ingest / "account.parquet")
    assert account.loc[account["reason"] == "used_over_offered", "n"].sum() == 1
    assert answered(of).filter(like="records.count", axis=0)["coverage"].iloc[0] == pytest.approx(1 - 1 / len(table))


def test_a_total_at_the_foot_of_the_file_is_no_record(tmp_path: Any) -> None:
    table = desks()
    foot = pd.DataFrame([{"place": "TOTAL", "month": "", **table[["desks", "rented", "occupied"]].sum()}])
    try:
        of = context(programme(tmp_path, DESKS, pd.concat([table, foot], ignore_index=True)))
    except PipelineError:
        return  # one clear stop is as good
    assert answered(of)["estimate"].filter(like="records.count").sum() == len(table)


def test_units_count_the_records_of_their_communes(tmp_path: Any) -> None:
    asked = [*LOANS["questions"], {"name": "commune", "type": "text", "wording": {"fr": "Commune"}, "role": "commune"}]
    towns = {"35238": 0.5, "29019": 0.3, "56260": 0.2}
    table = loans()
    rng = np.random.default_rng(1)
    table = table.assign(commune=rng.choice(list(towns), len(table), p=list(towns.values())))
    place = {"region": "53", "level": "epci"}
    of = context(programme(tmp_path, {**LOANS, "questions": asked}, table, territory=place))
    made = question.answer(of, entries(of.evaluation)[0])
    clean = of.clean("loans", ["commune", "epci"]).drop_duplicates()
    found = {
        (r.territory, r.period): r.estimate
        for r in made
        if (r.indicator, r.measure, r.territory_level) == ("records", "count", "epci")
    }
    assert len(found) == 6
    for commune, unit in zip(clean["commune"], clean["epci"], strict=True):
        own = table[table["commune"] == commune]
        for year, part in own.groupby(own["date"].str[:4]):
            assert found[unit, year] == len(part)


def test_names_of_borrowers_never_reach_a_clean_table(lent: Context) -> None:
    clean = pd.read_parquet(next((lent.ingest / "loans").glob("*.parquet")))
    assert not clean["borrower"].str.fullmatch(r"B\d\d").any()


def test_rows_of_one_activity_count_once_and_its_persons_one_by_one(helped: Context) -> None:
    rows = activities().assign(year=lambda t: t["day"].str[:4])
    each = rows.drop_duplicates("activity")
    once = answered(helped, once="activity", by=["kind"])["estimate"]
    persons = answered(helped, by=["sex"], quantities=[])["estimate"]
    for year in ("2024", "2025"):
        own, all_rows = each[each["year"] == year], rows[rows["year"] == year]
        assert len(own) < len(all_rows)
        assert once[f"records.count/events/period={year}"] == len(own)
        assert once[f"minutes.total/events/period={year}"] == own["minutes"].sum()
        assert once[f"kind.share/events/period={year}/kind=group"] == (own["kind"] == "group").mean()
        assert persons[f"records.count/events/period={year}"] == len(all_rows)
        assert persons[f"sex.share/events/period={year}/sex=F"] == (all_rows["sex"] == "F").mean()


def test_an_activity_counted_once_is_another_quantity_than_its_persons(helped: Context) -> None:
    once, rows = (answered(helped, **s)["quantity"] for s in ({"once": "activity", "by": ["kind"]}, {"by": ["kind"]}))
    assert (set(once.dropna()) & set(rows.dropna())) <= {"nothing"}


def test_a_file_with_a_row_an_activity_counts_the_same_once_or_not(tmp_path: Path) -> None:
    each = activities().drop_duplicates("activity")
    of = context(programme(tmp_path, ACTIVITIES, each))
    once, rows = answered(of, once="activity", by=["kind"]), answered(of, by=["kind"])
    pd.testing.assert_frame_equal(once, rows)


def test_what_differs_between_the_rows_of_an_activity_is_not_counted_once(helped: Context) -> None:
    with pytest.raises(AnalyseError, match="say different things") as told:
        answered(helped, once="activity", by=["sex"])
    assert "sex: " in str(told.value)
    assert "minutes" not in str(told.value)


def test_rows_without_the_number_of_their_activity_stand_for_themselves(tmp_path: Path) -> None:
    rows = activities()
    rows.loc[rows["kind"] == "single", "activity"] = ""
    of = context(programme(tmp_path, ACTIVITIES, rows))
    expected = rows[rows["kind"] == "single"].shape[0] + rows.loc[rows["kind"] == "group", "activity"].nunique()
    found = answered(of, once="activity", by=["kind"])["estimate"]
    assert sum(found[f"records.count/events/period={y}"] for y in ("2024", "2025")) == expected
