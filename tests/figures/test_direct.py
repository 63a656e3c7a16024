"""Drawings written at once stand as plotnine and matplotlib would have drawn them."""

import re
from html import unescape

import pandas as pd
import pytest
from plotnine import aes, geom_point, geom_step, geom_text, ggplot, labs, scale_x_continuous, scale_y_continuous

from pipeline.figures import Job, theme
from pipeline.figures.output import NARROW, Figure, Paper
from pipeline.figures.plots import direct
from pipeline.figures.plots.svg import save
from pipeline.figures.typeface import Typeface
from tests.figures.declared import entries
from tests.figures.made_up_results import ROOT

PAGE = Typeface(ROOT / "reports" / "theme" / "fonts")
#: Kinds of the made-up results that are written at once: those of sheets, and most others.
AT_ONCE = {"levels", "items", "shift", "places", "composition", "beside-region", "trend"}


def drawings(table, labels, shapes, tmp_path):
    """Yield the plots of the region and of a sheet, with their kind and height."""
    for territory in ("region", "20"):
        scope = Job(table, labels, territory, "fr", tmp_path, shapes, entries()).scope()
        for entry in (e for e in entries() if e.wanted(scope)):
            made = entry.make(scope)
            if isinstance(made, Figure):
                yield entry, *made.drawing(Paper(NARROW, PAGE))


def texts(svg):
    """Return the texts of a drawing, each with its middle and its baseline in points, its size, weight and colour."""
    found = []
    # several lines of a text have their place in another form in matplotlib's
    pattern = r'<text style="([^"]*)"((?: [xy]="[-\d.]+")+| transform="translate\([-\d. ]+\)")>(.*?)</text>'
    for style, place, said in re.findall(pattern, svg):
        x, y = map(float, re.findall(r"-?[\d.]+", place))
        size, bold = float(re.findall(r"([\d.]+)px", style)[0]), "700" in style or "bold" in style
        wide = PAGE.width_mm(unescape(said), size, bold) * 72 / 25.4
        middle = x + wide * (0.0 if "middle" in style else -0.5 if "end" in style else 0.5)
        found.append((unescape(said), size, bold, re.findall(r"fill: (#\w+)", style)[0], middle, y))
    return sorted(found)


@pytest.fixture(scope="module")
def pairs(table, labels, shapes, tmp_path_factory):
    """Return, of every plot that is written at once, its kind, what is written, and matplotlib's drawing."""
    folder = tmp_path_factory.mktemp("pairs")
    found = []
    for number, (entry, plot, height) in enumerate(drawings(table, labels, shapes, folder)):
        svg = direct.to_svg(plot, NARROW, height, PAGE)
        if svg is not None:
            path = folder / f"{number}.svg"
            save(plot, path, NARROW, height, PAGE)
            found.append((entry, svg, path.read_text(encoding="utf-8")))
    return found


def test_every_kind_of_lines_and_marks_is_written_at_once(pairs):
    assert {entry.kind for entry, *_ in pairs} >= AT_ONCE


def test_texts_stand_where_matplotlib_puts_them(pairs):
    for entry, svg, drawn in pairs:
        ours, theirs = texts(svg), texts(drawn)
        assert [text[:4] for text in ours] == [text[:4] for text in theirs], entry.name
        for (*_, x, y), (*_, other_x, other_y) in zip(ours, theirs, strict=True):
            # letters side by side are a little nearer to each other than their widths tell
            assert (x, y) == (pytest.approx(other_x, abs=3.0), pytest.approx(other_y, abs=0.1)), entry.name


def test_marks_stand_where_matplotlib_puts_them(pairs):
    compared = 0
    for entry, svg, drawn in pairs:
        ours = re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)" r="([\d.]+)"', svg)
        # matplotlib's circle begins at its lowest point and is made of curves
        theirs = re.findall(r'd="M [\d.]+ ([\d.]+) C [^"]*"', drawn)
        found = sorted(float(y) + float(r) for y, r in ours)
        assert found == pytest.approx(sorted(map(float, theirs)), abs=0.1), entry.name
        compared += len(found)
    assert compared > 50


def dotted(*parts):
    """Return a plot of two dots with a few parts more, added at once as kinds of figures do: a second time copies."""
    data = pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0], "text": ["a", "b"]})
    axes = [
        scale_x_continuous(limits=(0, 2), breaks=[0, 1, 2], labels=["0", "1", "2"]),
        scale_y_continuous(limits=(0, 2), breaks=[0, 1, 2], labels=["0", "1", "2"]),
        labs(x=""),
        theme.base_theme("y", legend=False),
    ]
    axes += [geom_point(), *parts]
    return ggplot(data, aes("x", "y")) + axes


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(geom_step(), id="another kind of layer"),
        pytest.param(geom_point(aes(x="x * 2")), id="a formula"),
        pytest.param(geom_point(shape="*"), id="another shape"),
        pytest.param(geom_text(aes(label="text"), angle=45), id="a text that is turned"),
        pytest.param(geom_text(aes(label="text"), nudge_x=2.0), id="what lies beyond the axes"),
        pytest.param(theme.base_theme("y", legend=True), id="a legend"),
        pytest.param(scale_x_continuous(limits=(0, 2)), id="breaks left to the data"),
    ],
)
def test_any_other_plot_is_left_to_plotnine(part):
    assert direct.to_svg(dotted(), NARROW, 50.0, PAGE) is not None
    assert direct.to_svg(dotted(part), NARROW, 50.0, PAGE) is None
