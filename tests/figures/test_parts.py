"""The parts of figures: intervals, groups of units, classes of maps, small files."""

import dataclasses
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from pipeline import results
from pipeline.figures import theme
from pipeline.figures.grouping import units
from pipeline.figures.output import NARROW, WIDE, Absent, Paper
from pipeline.figures.plots import maps, marks, shares, stacked_bars, svg, trend
from pipeline.figures.registry import KINDS, parameters, settings_of
from pipeline.figures.scope import Scope, has_interval, prepared
from pipeline.figures.tables import cells, surveyed
from pipeline.figures.typeface import Typeface
from pipeline.results.significance import detected
from tests.figures.made_up_results import ROOT, labels_mapping, shift

PAPER = Paper(WIDE, Typeface(ROOT / "reports" / "theme" / "fonts"))


@pytest.fixture
def scope(table, labels):
    return Scope(table, labels, "region", "fr")


def layers_with(plot, *mapped):
    return [layer for layer in plot.layers if set(mapped) <= set(map(str, layer.mapping.values()))]


def test_intervals_are_drawn_and_are_those_of_the_results(scope):
    figure = shares.levels(scope, analysis="demand", indicator="elaborate")
    plot, _ = figure.drawing(PAPER)
    assert layers_with(plot, "lower", "upper")
    drawn = plot.data.dropna(subset=["result_id"]).set_index("result_id")[["lower", "upper"]]
    assert len(drawn) == 10
    asked = scope.table.set_index("result_id").loc[drawn.index, ["lower", "upper"]]
    pd.testing.assert_frame_equal(drawn, asked.astype(float))


@pytest.mark.parametrize("strongest", ["4,5", "1,2"])
def test_the_end_of_a_scale_that_satisfies_is_the_darkest(strongest):
    scale = ["1", "2", "3", "4", "5"]
    data = pd.DataFrame({"row": scale, "series": "2006", "estimate": 0.2, "text": "20 %"})
    shaded = scale if strongest == "4,5" else scale[::-1]
    plot, _ = stacked_bars.stacked_bars(data, ["2006"], scale, shaded, PAPER)
    drawn = plot.layers[0]._data.set_index("row")["fill"]
    assert list(drawn.index) == scale
    assert drawn.loc[strongest.split(",")].isin(theme.PARTS[-2:]).all()


def test_what_is_not_detected_turns_grey_and_the_note_says_so(scope):
    figure = shares.levels(scope, analysis="demand", indicator="elaborate")
    changed = scope.rows("demand", "elaborate", "shift", population="users", by="age_band")
    moved = {scope.code_text("age_band", row["code"]) for _, row in changed.iterrows() if detected(row)}
    data = figure.drawing(PAPER)[0].data.dropna(subset=["result_id"])
    coloured = set(data.loc[~data["colour"].isin(theme.QUIET), "row"]) - {scope.text("all")}
    assert coloured == moved
    assert set(data["row"]) - coloured - {scope.text("all")}
    assert any("décelé" in note for note in figure.notes.extra)


def test_trends_of_samples_carry_intervals_and_counts_do_not(scope):
    sampled = trend.trend(scope, analysis="demand", indicator="elaborate")
    counted = trend.trend(
        scope, analysis="attendance", indicator="visits", measure="per_space", population="visits", whole=False
    )
    with_intervals, without = ([type(x.geom).__name__ for x in f.drawing(PAPER)[0].layers] for f in (sampled, counted))
    assert "geom_linerange" in with_intervals
    assert "geom_linerange" not in without


def test_names_at_the_ends_of_lines_do_not_overlap():
    data = pd.DataFrame(
        {"series": list("abcd"), "x": 2006, "estimate": [0.50, 0.505, 0.51, 0.2], "text": "50 %", "upper": 0.6}
    )
    ends = trend._ends(data, per_mm=0.01, high=0.56).sort_values("y")
    # labels are 4.6 mm apart on an axis of 0.01 a millimetre; the loop stops within a billionth
    assert (np.diff(ends["y"]) >= 0.046 - 1e-9).all()
    assert list(ends["series"]) == ["d", "a", "b", "c"]
    assert ends["y"].max() < 0.56


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_long_names_at_the_ends_of_lines_leave_half_of_the_paper_to_the_lines(width):
    names = ["Communauté de communes du pays de la vallée et des coteaux", "Ensemble de la région"]
    data = pd.DataFrame(
        {
            "series": np.repeat(names, 2),
            "x": [2003, 2006] * 2,
            "estimate": [0.3, 0.4, 0.5, 0.45],
            "lower": [0.3, 0.4, 0.5, 0.45],
            "upper": [0.3, 0.4, 0.5, 0.45],
            "text": "40 %",
            "caution": False,
        }
    )
    paper = dataclasses.replace(PAPER, width=width)
    plot, height = trend._lines(data, "share", "fr", paper)
    (text,) = [layer._data for layer in plot.layers if type(layer.geom).__name__ == "geom_text"]
    assert max(paper.mm(line, theme.SIZE, bold=True) for line in text["text"]) < 0.55 * width
    assert height >= 62


@pytest.mark.parametrize(
    ("points", "half", "group"), [(12, 5, "above"), (-12, 5, "below"), (3, 5, "comparable"), (-3, 5, "comparable")]
)
def test_units_are_grouped_by_significance_and_not_by_size(points, half, group, table):
    level = table[
        (table["result_id"] == "demand.elaborate.share/users/wave=2006/pays=20")
        | (table["territory_level"].eq("region") & table["analysis"].eq("demand"))
    ]
    gap = results.frame([shift("demand", "elaborate", "pays", "20", points, half, measure="gap", wave="2006")])
    scope = Scope(pd.concat([level, gap]), labels_mapping(), "region", "fr")
    found = units(scope, "demand", "elaborate")
    assert list(found["group"]) == [group]


def test_suppressed_units_have_no_group_and_no_gap(scope):
    found = units(scope, "demand", "elaborate")
    hidden = found[found["quality"] == "suppress"]
    assert len(hidden)
    assert set(hidden["group"]) == {"insufficient"}
    assert set(hidden["gap_id"]) == {""}


def test_units_are_never_ranked_within_their_group(scope):
    found = units(scope, "demand", "elaborate")
    for _, inside in found.groupby("group"):
        assert list(inside["territory"]) == sorted(inside["territory"])


def test_classes_of_a_map_hold_every_value_and_have_round_limits():
    values = np.random.default_rng(1).gamma(4, 0.1, 21)
    limits = maps.round_limits(values, 4)
    assert limits[0] <= values.min()
    assert limits[-1] >= values.max()
    assert len(limits) <= 5
    assert all(len(f"{v:g}") <= 5 for v in limits)


def test_a_map_fills_the_paper_and_a_tall_land_no_more_than_a_part_of_a_page():
    wide = pd.DataFrame({"x": [0.0, 300.0], "y": [0.0, 150.0]})
    tall = pd.DataFrame({"x": [0.0, 150.0], "y": [0.0, 300.0]})
    fills = {"moins de 1": "#ffffff", "1 ou plus": "#000000"}
    for base, across in ((wide, 1.0), (tall, 118.0 / 2 / (WIDE * 0.985))):
        _, frame, height = maps.key_of(fills, base, PAPER)
        low, high = frame.limits.x
        assert np.ptp(base["x"]) / (high - low) == pytest.approx(across)
        assert (low + high) / 2 == pytest.approx(base["x"].mean())
        assert height < 128


def test_one_value_makes_one_class():
    assert len(maps.round_limits(np.array([0.3, 0.3]), 4)) == 2


def test_labels_of_a_map_are_moved_apart():
    places = pd.DataFrame(
        {"x": [0.0, 2.0, 60.0], "y": [0.0, 1.0, 0.0], "label": ["Vannes\n0,4", "Auray\n0,5", "Brest"]}
    )
    moved = maps._apart(places, 1.7, PAPER)
    # two labels of two lines of 2.6 mm each, at 1.7 km a millimetre
    assert abs(moved["y"][0] - moved["y"][1]) >= 2 * 2.6 * 1.7 * 0.95
    assert moved["y"][2] == 0.0


def test_a_shortened_outline_keeps_its_corners_to_a_tenth_of_a_point():
    rng = np.random.default_rng(2)
    corners = np.round(rng.uniform(0, 400, (60, 2)), 4)
    path = "M " + " ".join(f"{x} {y} L" for x, y in corners).removesuffix(" L") + " z"
    short = svg._relative(path.replace(" L", "\nL"))
    numbers = [float(v) for v in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", short)]
    steps = np.array(numbers).reshape(-1, 2)
    back = np.cumsum(steps, axis=0)
    # each corner is rounded to a tenth by itself, so errors do not add up: half a tenth at most
    assert np.abs(back - corners).max() <= 0.05 + 1e-9
    assert len(short) < 0.75 * len(path)


def test_long_labels_take_balanced_lines_and_keep_no_break_spaces():
    assert marks.wrapped("Démarches administratives en ligne").count("\n") == 1
    assert max(map(len, marks.wrapped("Création d'un blog ou d'un site personnel").split("\n"))) <= 27
    assert "15-24\u00a0ans" in marks.wrapped("Jeunes adultes, soit les 15-24\u00a0ans")


@pytest.mark.parametrize(("low", "high"), [(0, 0.62), (-3, 24), (0, 636480), (0, 1.4), (0, 0.012)])
def test_axis_steps_are_few_round_and_inside(low, high):
    steps = marks.steps(low, high)
    assert 2 <= len(steps) <= 7
    assert all(low <= s <= high for s in steps)


def test_a_result_is_judged_absent_with_its_reason(scope):
    nothing = shares.levels(scope, analysis="demand", indicator="unheard_of")
    assert nothing == Absent("donnée non disponible")


def test_cells_show_numbers_intervals_signs_and_marks(scope):
    rows = scope.rows("demand", "elaborate", "share", population="users", units=True)
    for _, row in rows.iterrows():
        cell = cells.number(row, scope)
        if row["quality"] == "suppress":
            assert cell.text == "ns"
        else:
            assert re.fullmatch(r"\d+\u202f% \[\d+\u202f;\u00a0\d+\](\u202f\*)?", cell.text)
            assert cell.text.endswith("*") == (row["quality"] == "caution")
    assert cells.number(None, scope).text == "nd"


def test_a_dagger_marks_what_is_detected_once_the_comparisons_are_counted(scope):
    shift = scope.rows("demand", "elaborate", "shift", population="users").iloc[0].copy()
    shift["quality"], shift["lower"], shift["upper"] = "publish", 1.0, 11.0
    for adjusted, end in ((0.04, "]\u202f†"), (0.06, "]")):
        shift["p_adjusted"] = adjusted
        assert cells.number(shift, scope).text.endswith(end)
    level = scope.rows("demand", "elaborate", "share", population="users").iloc[0]
    assert "†" not in cells.number(level, scope).text


def test_the_table_of_an_indicator_by_group_shows_levels_and_shift(scope):
    made = surveyed.by_group(scope, analysis="demand", indicator="elaborate")
    assert [c.label for c in made.columns][1:] == ["2003", "2006", "Évolution 2003-2006 (points)"]
    assert made.rows[0][0].text == "Ensemble"
    assert len(made.rows) == 5


def test_results_of_several_variables_are_kept_out_of_one_variable_s_figures(table):
    row = table[table["domain"].str.startswith("age_band=")].iloc[:1].copy()
    row["domain"] = "activity=workshop/age_band=15-24"
    row["result_id"] = row["result_id"] + "/activity=workshop"
    found = prepared(row)
    assert list(found["by"]) == ["+"]
    assert list(found["code"]) == [""]


@pytest.mark.parametrize(
    ("lower", "upper", "se", "carried"),
    [(0.2, 0.3, 0.02, True), (0.25, 0.25, 0.0, False), (np.nan, np.nan, np.nan, False)],
)
def test_a_margin_of_calibration_has_no_interval(lower, upper, se, carried):
    assert has_interval({"lower": lower, "upper": upper, "se": se}) is carried


def test_settings_of_a_kind_are_read_without_importing_what_draws():
    for kind in KINDS:
        taken = parameters(kind)
        assert list(settings_of(kind)) == list(taken), kind
        given = {name: None if p.default is p.empty else p.default for name, p in taken.items()}
        assert settings_of(kind) == given, kind
    alone = "import sys; from pipeline.figures import registry, theme; registry.settings_of('levels'); theme.INK"
    code = f"{alone}; sys.exit('plotnine' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
