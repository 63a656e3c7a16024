"""What figures.json and the SVG files hold: the numbers that may be shown, said in words, and no other."""

import json
import re
from html import unescape
from types import SimpleNamespace

import pytest

from pipeline.errors import DrawError, InternalFault
from pipeline.figures import Job, draw, draw_all
from pipeline.figures.draw import figures_asked, tables_shown_twice
from pipeline.figures.output import NARROW, WIDE
from pipeline.figures.registry import KINDS, Entry, maker
from pipeline.figures.typeface import Typeface
from pipeline.wording import numbers
from pipeline.wording.typography import apply
from tests.figures.declared import entries, entry
from tests.figures.made_up_results import ROOT, SECRET

#: Thirty kilobytes are the typeface; the outlines of a map take forty more, other figures are letters and marks.
MAP_BYTES, FIGURE_BYTES = 100_000, 60_000
#: Figures that set units beside each other, with the region as a line of reference.
UNITS = ("units-plot", "map-units", "demand-by-unit")


def records(folder):
    return json.loads((folder / "figures.json").read_text(encoding="utf-8"))


def figures(folder, kind="figure"):
    return {k: v for k, v in records(folder).items() if k != "absent" and v["kind"] == kind}


def words_in(svg: str) -> str:
    """Return the texts of a figure, which stand in it as text."""
    return " ".join(re.findall(r"<text[^>]*>(.*?)</text>", svg))


def test_every_declared_figure_of_the_region_is_drawn(region_folder, table):
    found = records(region_folder)
    made = set(table["analysis"])
    wanted = {e.name for e in entries() if e.where != "unit" and set(e.needs) <= made}
    # tables of rows that the made-up results lack; the default evaluation draws them
    unasked = {name for name, reason in found["absent"].items() if reason == "non étudié dans cette évaluation"}
    lacking = set(found["absent"]) - unasked
    lacked = {"decomposition-methods", "satisfaction-drivers", "satisfaction-between-spaces", "small_areas-by-unit"}
    assert lacking <= lacked
    assert unasked == {e.name for e in entries() if e.where != "unit" and not set(e.needs) <= made}
    assert set(found) - {"absent"} == wanted - lacking
    for record in figures(region_folder).values():
        assert (region_folder / record["file"]).is_file()


def test_every_number_of_a_figure_is_in_its_alternative_text(region_folder, sheet_folder, table):
    by_id = table.set_index("result_id")
    for folder in (region_folder, sheet_folder):
        for name, record in figures(folder).items():
            assert record["result_ids"], name
            for identity in record["result_ids"]:
                row = by_id.loc[identity]
                if row["measure"] == "gap" or (identity.endswith("region=53") and name in UNITS):
                    continue  # the group of a pays and the reference line are said in words and in the notes
                said = numbers.estimate(row["estimate"], row["unit"], "fr", measure=row["measure"])
                assert said in record["alt"], (name, identity)


def test_no_suppressed_number_appears_anywhere(region_folder, unblanked):
    hidden = set(unblanked.loc[unblanked["quality"] == "suppress", "result_id"])
    secret = numbers.share(SECRET)
    for record in figures(region_folder).values():
        assert not hidden & set(record["result_ids"])
    everything = (region_folder / "figures.json").read_text(encoding="utf-8")
    drawn = " ".join(words_in(p.read_text(encoding="utf-8")) for p in region_folder.glob("*.svg"))
    assert numbers.share(0.48) in drawn  # the reader of texts does find numbers
    for text in (everything, drawn):
        assert secret not in text
        assert f"{SECRET:.4f}"[2:] not in text


def test_suppressed_units_are_named_as_insufficient(region_folder, labels, unblanked):
    rows = unblanked[(unblanked["indicator"] == "elaborate") & (unblanked["quality"] == "suppress")]
    for code in rows.loc[rows["territory_level"] == "pays", "territory"].unique():
        name = labels[f"pays={code}"]["fr"]
        assert any(name in note for note in records(region_folder)["units-plot"]["notes"])
        line = next(r for r in records(region_folder)["units-table"]["rows"] if r[0] == name)
        assert line[2:] == ["ns", "ns", "Résultat non publiable"]


def test_cautious_numbers_are_marked_and_explained(region_folder):
    demand = records(region_folder)["demand-by-age"]
    assert f"{numbers.share(0.21)}\u202f*" in words_in(
        (region_folder / "demand-by-age.svg").read_text(encoding="utf-8")
    )
    assert any(note.startswith("*") for note in demand["notes"])


def test_every_figure_and_table_says_how_to_read_whom_and_whence(region_folder, sheet_folder):
    for folder in (region_folder, sheet_folder):
        for name, record in records(folder).items():
            # the made-up results complete no returns: nothing is there to be read in that table
            if name in ("absent", "attendance-completed"):
                continue
            for key in ("caption", "reading", "population_text", "source"):
                assert record[key], (name, key)
            assert record["source"].endswith("(données simulées).")
            assert re.search(r"\d", record["reading"]), name


def test_texts_hold_french_spacing(region_folder):
    for name, record in records(region_folder).items():
        if name == "absent":
            continue
        for text in (record["caption"], record["alt"], record["reading"], *record["notes"]):
            assert apply(text) == text
            assert not re.search(r"\d [%€]|\d [;:!?]", text), text


def test_tables_are_rectangular_and_traceable(region_folder, table):
    known = set(table["result_id"])
    for name, record in figures(region_folder, "table").items():
        width = len(record["columns"])
        assert all(len(line) == width for line in record["rows"]), name
        for line, ids in zip(record["rows"], record["cell_ids"], strict=True):
            for text, identity in zip(line, ids, strict=True):
                assert identity is None or identity in known
                # a cell with a digit comes from a result; headings (ages, years) do not
                assert identity or text in (line[0], "–", "nd") or not re.search(r"\d", text), (name, text)


def test_drawing_twice_gives_the_same_bytes(table, labels, sheet_folder, tmp_path):
    draw(table, labels, "20", "fr", tmp_path, figures=entries())
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in sheet_folder.iterdir()}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (sheet_folder / path.name).read_bytes()


def test_files_are_small_and_carry_no_date(region_folder):
    for path in region_folder.glob("*.svg"):
        assert path.stat().st_size < (MAP_BYTES if "map" in path.name else FIGURE_BYTES), path.name
        assert "dc:date" not in path.read_text(encoding="utf-8")


def test_text_is_text_in_a_typeface_that_the_drawing_carries(region_folder):
    drawings = list(region_folder.glob("*.svg"))
    assert drawings
    for path in drawings:
        svg = path.read_text(encoding="utf-8")
        assert words_in(svg).strip(), path.name
        assert "font-family=\"'Source Sans 3', sans-serif\"" in svg
        assert not set(re.findall(r"font-family: ([^;\"]+)", svg)), path.name
        assert '@font-face{font-family:"Source Sans 3";font-weight:400;src:url(data:font/woff2;base64,' in svg


def test_a_figure_of_the_whole_is_drawn_for_a_page_and_for_a_phone(region_folder, sheet_folder):
    for record in figures(region_folder).values():
        narrow = record["narrow"]
        assert (record["width_mm"], narrow["width_mm"]) == (WIDE, NARROW)
        for drawn in (record, narrow):
            head = (region_folder / drawn["file"]).read_text(encoding="utf-8").partition(">")[0]
            width, height = map(float, re.findall(r'(?:width|height)="([\d.]+)pt"', head))
            assert (width, height) == pytest.approx(
                (drawn["width_mm"] * 72 / 25.4, drawn["height_mm"] * 72 / 25.4), abs=0.1
            )
    assert all("narrow" not in record for record in figures(sheet_folder).values())


def test_all_that_a_drawing_says_lies_within_it(region_folder):
    page = Typeface(ROOT / "reports" / "theme" / "fonts")
    for path in region_folder.glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        width, height = map(float, re.findall(r'(?:width|height)="([\d.]+)pt"', svg.partition(">")[0]))
        for style, place, text in re.findall(r'<text style="([^"]*)"((?: [xy]="[-\d.]+")+)>(.*?)</text>', svg):
            x, y = map(float, re.findall(r'"([-\d.]+)"', place))
            size = float(re.findall(r"([\d.]+)px", style)[0])
            wide = page.width_mm(unescape(text), size, bold="bold" in style) * 72 / 25.4
            left = x - wide * (0.5 if "middle" in style else 1.0 if "end" in style else 0.0)
            assert (left, left + wide) == (max(left, -1), min(left + wide, width + 1)), (path.name, text)
            assert 0.6 * size <= y <= height + 1, (path.name, text)


def test_a_sheet_has_a_shorter_list_rather_than_an_empty_figure(table, labels, tmp_path):
    settings = {"analysis": "demand", "indicator": "elaborate", "caption": {"fr": "Services élaborés"}}
    found = draw(table, labels, "03", "fr", tmp_path, figures=[Entry("wishes", "compare", settings, where="unit")])
    assert found == {"absent": {"wishes": "effectif insuffisant"}}
    assert not (tmp_path / "wishes.svg").exists()


def test_a_sheet_shows_its_own_numbers_and_the_region_s(sheet_folder):
    found = records(sheet_folder)
    shown = {i for k, v in found.items() if k != "absent" for i in v["result_ids"]}
    assert len(found) - 1 >= 3
    assert len({i for i in shown if "/pays=20" in i}) >= 15
    assert all("/pays=20" in i or "/region=53" in i for i in shown)


def test_figures_without_their_analysis_are_left_out_silently(table, labels, tmp_path):
    only = table[table["analysis"] == "response"]
    assert set(draw(only, labels, "region", "fr", tmp_path, figures=entries())) == {"response-stages", "absent"}


def test_english_figures_read_in_english(table, labels, tmp_path):
    asked = [entry("demand-by-age", "en"), entry("demand-services", "en")]
    found = draw(table, labels, "region", "en", tmp_path, figures=asked)
    assert "48%" in found["demand-by-age"]["alt"]
    assert found["demand-by-age"]["caption"] == "Share of users wanting at least one advanced service, by age band"


def test_declared_figures_are_of_a_kind():
    declared = [SimpleNamespace(name="own", figure="trend", settings={"analysis": "demand"}, scope="region")]
    assert [(e.name, e.kind) for e in figures_asked(declared)] == [("own", "trend")]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (Entry("x", "pie"), "no such kind"),
        (Entry("x", "levels", {"analysis": "demand", "indicator": "elaborate", "colour": "red"}), "colour"),
        (Entry("x", "levels", {"analysis": "demand"}), "without indicator"),
    ],
)
def test_wrong_settings_are_refused_with_what_is_allowed(entry, message, table, labels, tmp_path):
    with pytest.raises(DrawError, match=message):
        draw(table, labels, "region", "fr", tmp_path, figures=[entry])


def test_every_kind_can_be_imported_and_every_declared_figure_is_of_a_kind():
    for kind in KINDS:
        assert callable(maker(kind))
    for each in entries():
        each.check()


@pytest.mark.slow
def test_processes_draw_what_one_process_draws(table, labels, tmp_path):
    jobs = [Job(table, labels, code, "fr", tmp_path / "many" / code, figures=entries()) for code in ("01", "20")]
    many = draw_all(jobs, workers=2)
    alone = [draw(table, labels, code, "fr", tmp_path / "one" / code, figures=entries()) for code in ("01", "20")]
    assert many == alone
    for path in (tmp_path / "one").rglob("*.svg"):
        assert path.read_bytes() == (tmp_path / "many" / path.relative_to(tmp_path / "one")).read_bytes()


def test_a_figure_that_fails_unforeseen_is_named_and_keeps_its_message(
    table, labels, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Annaïg Kervella")

    monkeypatch.setattr(Entry, "make", broken)
    with pytest.raises(InternalFault) as stopped:
        draw(table, labels, "region", "fr", tmp_path, figures=entries())
    assert re.search(r"the figure '[\w-]+' \(region, fr\)", stopped.value.what)
    assert "Kervella" not in stopped.value.what


def test_a_table_of_a_question_whose_numbers_the_evaluation_shows_itself_is_left_out():
    own, question = Entry("own", "items-table"), Entry("answers-groups", "by-group-table", needs=("answers",))
    shown = {
        "own": {"kind": "table", "result_ids": ("a", "b")},
        "answers-groups": {"kind": "table", "result_ids": ["a"]},
    }
    assert tables_shown_twice([own, question], shown) == ["answers-groups"]
    more = {**shown, "answers-groups": {"kind": "table", "result_ids": ["a", "c"]}}
    assert tables_shown_twice([own, question], more) == []
    drawn = {**shown, "own": {"kind": "figure", "result_ids": ("a", "b")}}
    assert tables_shown_twice([own, question], drawn) == []
