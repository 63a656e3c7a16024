"""Everything published is under one fate and one precision: no file says what another hides, none says it finer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lxml import html

from tests.acceptance.conftest import DEFAULT
from tests.acceptance.edited_site import NAME

#: What an estimate shown with decimals may be: percentages are a hundred times what the file says.
_SCALES = (1.0, 100.0)
#: A large amount is said in millions, which the text then names, or with three significant digits.
_MILLIONS, _DIGITS = re.compile(r"M€|million"), 3
#: Columns of two significant digits.
_TWO_DIGITS = ("se", "deff", "n_effective", "p_value", "p_adjusted")
#: Persons, of whom a count of one to ten is hidden; records set aside by a technical rule are always counted.
_PERSONS = ("users", "non_users", "respondents", "trainees")
_LEAST = 11


@pytest.fixture(scope="module", params=[NAME, pytest.param(DEFAULT, marks=pytest.mark.slow)])
def build(request: pytest.FixtureRequest) -> Path:
    """Return the folder of stages of a published evaluation."""
    project = request.getfixturevalue("default" if request.param == DEFAULT else "built")
    return Path(project / "build" / request.param)


@pytest.fixture(scope="module")
def site(build: Path) -> Path:
    return build.parents[1] / "reports" / "_site" / build.name


@pytest.fixture(scope="module")
def table(site: Path) -> pd.DataFrame:
    """Return results.csv as a reader opens it."""
    return pd.read_csv(site / "data" / "results.csv", sep=";", decimal=",", keep_default_na=False, na_values=[""])


def on_step(values: pd.Series, step: pd.Series) -> pd.Series:
    """Return whether values stand on their step, to what a decimal writing of six digits leaves."""
    times = values / step
    return values.isna() | ((times - times.round()).abs() * step < 1e-6)


def test_every_estimate_and_limit_stands_on_its_step(table: pd.DataFrame) -> None:
    shown = table[table["quality"] != "suppress"]
    assert shown["step"].notna().all()
    for column in ("estimate", "lower", "upper"):
        off = shown.loc[~on_step(shown[column], shown["step"]), ["result_id", column, "step"]]
        # limits of a share end at 0 and 1 whatever the step
        off = off[~off[column].isin([0.0, 1.0])]
        assert off.empty, off.head().to_string()


def test_what_tells_the_precision_has_two_significant_digits(table: pd.DataFrame) -> None:
    for column in _TWO_DIGITS:
        known = table.loc[table[column].notna() & (table[column] != 0), column]
        digits = [len(f"{v:.6f}".replace(".", "").strip("0")) for v in known if v < 1e6]
        assert max(digits, default=0) <= 2, (column, known[np.array(digits) > 2].head().tolist())


def test_a_hidden_number_has_no_value_in_any_column(table: pd.DataFrame) -> None:
    hidden = table[table["quality"] == "suppress"]
    assert len(hidden)
    for column in ("estimate", "lower", "upper", "df", *_TWO_DIGITS):
        assert hidden[column].isna().all(), column
    assert hidden.loc[hidden["reason"].str.startswith("c"), "n"].isna().all()
    assert set(hidden["reason"].str.partition("_")[0]) <= {"c", "ns", "np", "nd"}


def test_the_workbook_and_the_findings_say_what_the_table_says(site: Path, table: pd.DataFrame) -> None:
    book = pd.read_excel(site / "data" / "results.xlsx", sheet_name="Résultats", engine="calamine")
    known = table.set_index("result_id")
    assert book["result_id"].tolist() == table["result_id"].tolist()
    for column in ("estimate", "lower", "upper", "se", "n"):
        assert np.array_equal(book[column].to_numpy(float), table[column].to_numpy(float), equal_nan=True), column
    for finding in json.loads((site / "data" / "findings.json").read_text(encoding="utf-8")):
        for column in ("estimate", "lower", "upper"):
            if finding[column] is not None:
                assert finding[column] == pytest.approx(known.loc[finding["about"], column], abs=1e-6)


def test_the_workbook_of_cross_tables_holds_the_published_shares_and_no_other_number(
    site: Path, table: pd.DataFrame
) -> None:
    if not (table["analysis"] == "crossings").any():
        assert not (site / "data" / "crosstabs.xlsx").exists()
        return
    rows = table[(table["analysis"] == "crossings") & (table["quality"] != "suppress")]
    shares = rows.loc[rows["measure"] == "share", ["estimate", "n"]]
    seen: list[float] = []
    *sheets, tests = pd.read_excel(
        site / "data" / "crosstabs.xlsx", sheet_name=None, header=None, engine="calamine"
    ).values()
    for sheet in sheets:
        for line in sheet.iloc[:, 1:].itertuples(index=False):
            told = [float(v) for v in line[1:] if isinstance(v, int | float) and pd.notna(v)]
            if line[0] == "Nombre de réponses":
                assert set(told) <= set(table.loc[table["analysis"] == "crossings", "n"].dropna())
            else:
                seen += told
    assert sorted(seen) == pytest.approx(sorted(shares["estimate"]), abs=1e-6)
    told = pd.to_numeric(tests.iloc[1:, 4], errors="coerce").dropna()
    published = rows.loc[rows["measure"] == "association", "estimate"]
    assert sorted(told) == pytest.approx(sorted(published), abs=1e-4)


def shown_in(page: Path) -> list[tuple[list[str], str, str]]:
    """Return the ids, class and text of every number and sentence of a page that names its results."""
    tree = html.parse(str(page)).getroot()
    return [
        (str(e.get("data-result")).split(), str(e.get("class")), " ".join(e.text_content().split()))
        for e in tree.xpath("//*[@data-result]")
    ]


_ABOVE = re.compile("plus de |more than ")
#: How thousands are kept apart and what stands before decimals.
_SEPARATORS = {"fr": ("\u202f\u00a0 ", ","), "en": (",", ".")}


def number_of(text: str, lang: str) -> tuple[float, int] | None:
    """Return the first number of a text and its decimals, None without any."""
    thousands, point = _SEPARATORS[lang]
    found = re.search(rf"([+\u2212-]\s?)?€?(\d[\d{thousands}]*(?:{re.escape(point)}\d+)?)", text)
    if not found:
        return None
    whole, _, decimals = found[2].partition(point)
    value = float(f"{re.sub(f'[{thousands}]', '', whole)}.{decimals or 0}")
    return (-value if (found[1] or "").strip() in ("\u2212", "-") else value), len(decimals)


def test_a_number_of_a_page_is_a_published_one_and_none_is_of_a_hidden_result(site: Path, table: pd.DataFrame) -> None:
    known = table.set_index("result_id")
    seen = 0
    for page in sorted(site.rglob("*.html")):
        lang = html.parse(str(page)).getroot().get("lang")
        for ids, kind, text in shown_in(page):
            rows = known.loc[[i for i in ids if i in known.index]]
            if "number" not in kind.split() or len(rows) != 1 or number_of(text, lang) is None:
                continue
            row = rows.iloc[0]
            value, decimals = number_of(text, lang)  # type: ignore[misc]
            told = [row[c] for c in ("estimate", "lower", "upper", "n")] + [(row["upper"] - row["lower"]) / 2]
            told = [*told, *(float(f"{t:.{_DIGITS - 1}e}") for t in told if abs(t) >= 10**_DIGITS)]
            scales = (1e-6,) if _MILLIONS.search(text) else _SCALES
            if _ABOVE.match(text):  # nearly all is not all: said as more than the last whole percentage
                assert value < row["estimate"] * 100 < value + 1, (page.name, ids, text)
                continue
            if row["unit"] == "rate" and row["estimate"]:  # one inhabitant in about eighty: to the nearest ten
                told.append(round(1 / row["estimate"], -1 if 1 / row["estimate"] >= 50 else 0))
            exact = [abs(abs(value) - abs(t) * s) for t in told if pd.notna(t) for s in scales]
            assert min(exact, default=np.inf) <= 0.5 * 10.0**-decimals + 1e-6, (page.name, ids, text)
            seen += 1
    assert seen > 100


def test_a_sentence_about_hidden_results_holds_no_share(site: Path, table: pd.DataFrame) -> None:
    hidden = set(table.loc[table["quality"] == "suppress", "result_id"])
    for page in sorted(site.rglob("*.html")):
        for ids, _, text in shown_in(page):
            if ids and set(ids) <= hidden:
                assert not re.search(r"\d[\u202f\u00a0 ]?(%|points?\b|€)", text), (page.name, ids, text)


def test_no_count_of_one_to_ten_persons_is_published(site: Path, table: pd.DataFrame) -> None:
    persons = table[table["population"].isin(_PERSONS) & (table["quality"] != "suppress")]
    counts = persons[(persons["unit"] == "count") & persons["estimate"].between(1, _LEAST - 1)]
    # settings of a method, skills, and the shape of a network as a whole, count nobody's answer
    counts = counts[~counts["measure"].isin(["cap", "listed", "reached", "reached_overall"])]
    counts = counts[counts["indicator"] != "cohesion"]
    assert counts.empty, counts["result_id"].tolist()
    silent = persons[persons["measure"] == "item_nonresponse"]
    assert not (silent["estimate"] * silent["n"]).round().between(1, _LEAST - 1).any()


def test_the_validation_page_tells_no_share_of_few_persons(build: Path, site: Path) -> None:
    tree = html.parse(str(site / "validation.html")).getroot()
    told = {str(e.get("data-record")) for e in tree.xpath("//*[@data-record]")}
    asked = pd.read_parquet(build / "ingest" / "nonresponse.parquet")
    few = asked[asked["silent"].between(1, _LEAST - 1)]
    assert len(few)
    for row in few.itertuples():
        assert f"nonresponse/{row.source}/{row.wave}/{row.question}/rate" not in told
    drift = pd.read_parquet(build / "ingest" / "drift.parquet")
    for row in drift.itertuples():
        for end in ("from", "to"):
            given = round(getattr(row, f"share_{end}") * getattr(row, f"n_{end}"))
            if 0 < given < _LEAST:
                assert f"drift/{row.source}/{row.Index}/share_{end}" not in told


def test_the_codebook_counts_nobody_and_the_list_of_records_tells_no_figure_of_a_space(site: Path) -> None:
    codebook = (site / "data" / "codebook.xml").read_text(encoding="utf-8")
    assert not re.search(r"<(catStat|sumStat)\b", codebook)
    listed = pd.read_csv(site / "data" / "set-aside.csv", sep=";", keep_default_na=False)
    assert set(listed.loc[listed["rule"] == "age_sum_differs", "found"]) <= {""}
