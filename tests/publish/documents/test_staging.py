"""A language is staged as one project of plain Markdown, with the author's place of every line beside it."""

import json
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.documents.staging import Page, check_staged, stage_language
from pipeline.publish.render import qmd
from tests.publish.documents.made_up import PLAN, shelf, write

THEME = Path(__file__).parents[3] / "reports" / "theme"


def staged(folder: Path, body: str, **chapters: str):  # type: ignore[no-untyped-def]
    source = write(folder / "reports" / "fr", body, **chapters)
    svg = folder / "demand-by-age.svg"
    svg.write_text("<svg/>", encoding="utf-8")
    page = Page("report", source, shelf(), {"lang": "fr"}, {"region-demand-by-age.svg": svg})
    (made,) = stage_language([page], {page.name}, folder / "out" / "fr", [THEME], PLAN[:1], 2006)
    return made


def test_a_staged_document_holds_no_shortcode_and_stands_beside_its_figures(tmp_path: Path) -> None:
    made = staged(tmp_path, "{{< chapters report >}}", report="{{< say .level >}}\n\n{{< show .by-age >}}")
    text = made.path.read_text(encoding="utf-8")
    assert "{{<" not in text
    assert "{python}" not in text
    assert (made.path.parent / "region-demand-by-age.svg").is_file()
    assert (made.path.parent / "_quarto.yml").read_text(encoding="utf-8") == "project: {type: default}\n"
    check_staged(made)


def test_a_figure_stands_whole_while_another_document_that_shows_it_is_staged(tmp_path: Path) -> None:
    source = write(tmp_path / "reports" / "fr", "Texte.")
    svg = tmp_path / "demand-by-age.svg"
    svg.write_text("<svg/>", encoding="utf-8")
    pages = [
        Page(name, source, shelf(), {"lang": "fr"}, {"region-demand-by-age.svg": svg}) for name in ("report", "index")
    ]
    staging = stage_language(pages, set(), tmp_path / "out" / "fr", [THEME], PLAN[:1], 2006)
    shown = next(staging).path.parent / "region-demand-by-age.svg"
    with shown.open(encoding="utf-8") as read_meanwhile:
        before = shown.stat()
        next(staging)
        # the same file, not written again: nobody who reads it finds half of it
        after = shown.stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        assert read_meanwhile.read() == "<svg/>"


def test_every_staged_line_leads_to_the_authors(tmp_path: Path) -> None:
    made = staged(tmp_path, "Début.\n\n{{< chapters report >}}\n\nFin.", report="Un.\n\n{{< show .by-age >}}\n\nDeux.")
    lines = made.path.read_text(encoding="utf-8").splitlines()
    chapter, document = tmp_path / "reports" / "fr" / "demand" / "report.qmd", made.origin
    places = {text: made.places.of(made.path, n) for n, text in enumerate(lines, 1) if text in ("Un.", "Deux.", "Fin.")}
    assert places == {"Un.": f"{chapter}:5", "Deux.": f"{chapter}:9", "Fin.": f"{document}:9"}
    kept = json.loads((made.path.parent / "report.map.json").read_text(encoding="utf-8"))
    assert len(kept) == len(lines) - made.shift


def test_a_feature_that_the_embedded_renderer_lacks_is_told_with_the_authors_line(tmp_path: Path) -> None:
    made = staged(tmp_path, "{{< chapters report >}}", report="Texte.\n\n::: {.column-margin}\nx\n:::")
    with pytest.raises(PublishError, match="does not support") as refused:
        check_staged(made)
    assert str(refused.value.where) == f"{tmp_path / 'reports' / 'fr' / 'demand' / 'report.qmd'}:7"


def test_the_trace_names_documents_and_what_they_say(tmp_path: Path) -> None:
    made = staged(tmp_path, "{{< say demand.change >}}")
    trace = json.loads((made.path.parent / "report.trace.json").read_text(encoding="utf-8"))
    assert [told["id"] for told in trace] == ["demand.change@region=53"]


def test_staging_again_gives_the_same_bytes(tmp_path: Path) -> None:
    first = staged(tmp_path, "{{< say demand.change >}}").path.read_bytes()
    assert staged(tmp_path, "{{< say demand.change >}}").path.read_bytes() == first


def test_a_staged_document_reads_back_without_cells(tmp_path: Path) -> None:
    made = staged(tmp_path, "{{< say demand.change >}}")
    assert list(qmd.cells(qmd.read(made.path))) == []


def test_links_lead_only_to_documents_that_the_site_has(tmp_path: Path) -> None:
    links = "- [Tout](report.html#sec-a) : ici.\n- [La suite](methods.html) : ailleurs.\n\nVoir [les deux](brief.html)."
    text = staged(tmp_path, links).path.read_text(encoding="utf-8")
    assert "[Tout](report.html#sec-a)" in text
    assert "La suite" not in text
    assert "Voir les deux." in text
