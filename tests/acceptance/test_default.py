"""The default evaluation at its full size, in both languages: every bar of a site."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline import results
from pipeline.evaluation import load
from pipeline.protect import protect
from tests.acceptance import site_bars
from tests.acceptance.conftest import DEFAULT as NAME
from tests.acceptance.prose import ground_of, untraced, words_read


@pytest.mark.slow
def test_the_default_site_holds_every_bar(default: Path) -> None:
    site, build = default / "reports/_site" / NAME, default / "build" / NAME
    site_bars.check_pages_and_documents(site, units=21)
    site_bars.check_pdfs(site)
    site_bars.check_feet(site)
    site_bars.check_sheets(site)
    # about ten figures in the report, one in the brief and two on each of the 21 sheets
    assert site_bars.check_alt_texts(site) >= 50
    site_bars.check_figures_numbers(build)
    site_bars.check_nothing_suppressed_is_exported(site, build)


@pytest.mark.slow
def test_every_number_of_the_default_site_is_traced(default: Path) -> None:
    ground = ground_of(load(NAME, default))
    site = default / "reports/_site" / NAME
    # the walk reads French numbers; English pages rest on the same traces (test_languages)
    pages = [page for page in sorted(site.rglob("*.html")) if site / "en" not in page.parents]
    assert len(pages) == 35
    faults = {page.name: found for page in pages if (found := untraced(page, ground))}
    assert not faults, faults


@pytest.mark.slow
def test_the_default_brief_keeps_to_two_pages_of_words(default: Path) -> None:
    assert len(words_read(default / "reports/_site" / NAME / "brief.html")) <= 750


@pytest.mark.slow
def test_visit_weights_in_place_of_person_weights_move_the_main_indicator_by_three_points(default: Path) -> None:
    table = results.read(default / "build" / NAME / "protect" / "results.parquet")
    for wave in ("2003", "2006"):
        users, visits = (
            results.find(table, f"demand.elaborate.share/{who}/wave={wave}", "region", "53")["estimate"]
            for who in ("users", "visits")
        )
        assert 100 * (visits - users) >= 3


def fates(table: pd.DataFrame) -> pd.Series:
    """Return what is said of every row, by its place in the private table that ``base`` numbers."""
    shown = protect(table)[0].set_index("base")
    return (shown["quality"] + " " + shown["reason"]).sort_index()


@pytest.fixture(scope="module")
def private(default: Path) -> pd.DataFrame:
    """Return the private results, each row numbered in a column that no rule reads."""
    table = results.read(default / "build" / NAME / "analyse" / "results.parquet")
    return table.assign(base=[f"{i:06}" for i in range(len(table))])


@pytest.mark.slow
def test_names_and_order_of_analyses_decide_nothing_of_what_is_hidden(private: pd.DataFrame) -> None:
    names = sorted(private["analysis"].unique())
    # the first comes last and the last first
    renamed = dict(zip(names, (f"entry{len(names) - i:02}" for i in range(len(names))), strict=True))
    tails = private["result_id"].str.partition(".")[2]
    told = private.assign(
        analysis=private["analysis"].map(renamed), result_id=private["analysis"].map(renamed) + "." + tails
    )
    shuffled = told.sample(frac=1, random_state=11).reset_index(drop=True)
    pd.testing.assert_series_equal(fates(shuffled), fates(private))


@pytest.mark.slow
def test_an_analysis_of_other_people_changes_nothing_elsewhere(private: pd.DataFrame) -> None:
    asked = private[private["quantity"].str.contains("[users;users;", regex=False)]
    asked = asked[asked["analysis"].isin(["demand", "profile"])]
    others = asked.assign(
        quantity=asked["quantity"].str.replace("[users;users;", "[non_users;others;", regex=False),
        analysis="others_" + asked["analysis"],
        result_id="others_" + asked["result_id"],
        base="other " + asked["base"],
    )
    told = fates(pd.concat([private, others], ignore_index=True))
    pd.testing.assert_series_equal(told[told.index.isin(private["base"])], fates(private))
