"""The embedded renderer: same text and numbers in HTML and PDF, accessible in both."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import pikepdf
import pypdf
import pytest

from pipeline.errors import PublishError
from pipeline.publish.render import embedded
from pipeline.publish.render.docx import write_docx
from tests.publish.render import project
from tests.publish.render.conftest import Rendered


@pytest.fixture(scope="module")
def page(rendered: Rendered) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(rendered.html.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pdf_text(rendered: Rendered) -> str:
    return "\n".join(p.extract_text() for p in pypdf.PdfReader(rendered.pdf).pages)


def words(text: str) -> list[str]:
    return re.findall(r"[\w%+,.'’]+", text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u00ad", ""))


def structure(pdf: pikepdf.Pdf) -> list[tuple[str, pikepdf.Object]]:
    """Return role and element of the whole tag tree, in order."""
    found: list[tuple[str, pikepdf.Object]] = []

    def walk(node: pikepdf.Object) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append((str(node["/S"]), node))
            if "/K" in node:
                walk(node["/K"])

    walk(pdf.Root["/StructTreeRoot"]["/K"])
    return found


def test_numbering_and_references_are_the_same_in_both_formats(page: lxml.html.HtmlElement, pdf_text: str) -> None:
    html = page.xpath("//main")[0].text_content().replace("\u00a0", " ")
    pdf = " ".join(pdf_text.replace("\u00a0", " ").split())
    for text in (
        "voir figure 1 et tableau 1, ainsi que la section 2.1",
        "voir la figure 1.",
        "Figure 1 : La demande de services élaborés",
        "Tableau 1 : Demande par tranche d’âge",
        "2.1 Par âge",
    ):
        assert text in " ".join(html.split()), text
        assert text in pdf, text
    links = {a.get("href"): a.text_content() for a in page.xpath("//a[@class='quarto-xref'][text()!='1']")}
    assert set(links) == {"#fig-demand", "#tbl-demand_age", "#sec-detail"}
    assert all(page.xpath(f"//*[@id='{href[1:]}']") for href in links)


def test_both_formats_hold_the_same_words(page: lxml.html.HtmlElement, pdf_text: str) -> None:
    body = page.xpath("//div[@class='content']")[0]
    html = [
        w for part in body.xpath(".//p|.//li|.//figcaption|.//caption|.//th|.//td") for w in words(part.text_content())
    ]
    # a footnote's number touches its first word in extracted text, hence parts of words
    missing = sorted(w for w in set(html) if w not in " ".join(words(pdf_text)))
    # « écran » is for the screen only
    assert missing == ["l’écran."]
    assert "papier" in pdf_text
    assert "papier" not in body.text_content()


def test_every_printed_number_names_its_result(page: lxml.html.HtmlElement) -> None:
    shown = {e.get("data-result"): e.text_content() for e in page.xpath("//span[contains(@class,'number')]")}
    assert shown["demand.elaborate.shift/users/wave=2003..2006/region=53"] == "+\u00a09\u00a0points"
    assert shown[f"{project.SHARE}/region=53/age_band=60+"] == "37\u202f%"
    assert len(shown) == 10


def test_typographic_spaces_survive_in_html_and_pdf(page: lxml.html.HtmlElement, pdf_text: str) -> None:
    text = page.xpath("//main")[0].text_content()
    assert "48\u202f%" in text
    assert "1\u202f381\u00a0" not in text
    assert "1\u202f381" in text
    assert "élaboré\u00a0: voir" in text
    assert "«\u00a0essai\u00a0»" in text
    assert "48\u202f%" in pdf_text
    # the typeface has one glyph for both spaces: what is copied from paper has the plain one
    assert "« essai »" in pdf_text.replace("\u00a0", " ")


def test_the_page_is_accessible_and_loads_nothing(page: lxml.html.HtmlElement, rendered: Rendered) -> None:
    assert page.get("lang") == "fr"
    assert len(page.xpath("//h1")) == 1
    assert [len(page.xpath(f"//{tag}")) for tag in ("main", "header", "footer")] == [1, 1, 1]
    assert page.xpath("//nav[@id='TOC']")
    assert page.xpath("//nav[@aria-label]//a[@aria-current='page']/@href") == ["essai.html"]
    target = page.xpath("//a[@class='skip-link']/@href")[0]
    assert page.xpath(f"//*[@id='{target[1:]}']")[0].tag == "main"
    assert all("%" in img.get("alt") for img in page.xpath("//img"))
    headers = [(th.get("scope"), th.text_content()) for th in page.xpath("//th")]
    assert ("row", "15-24\u00a0ans") in headers
    assert ("col", "Part") in headers
    assert all(scope for scope, _ in headers)
    assert page.xpath("//table/caption")
    region = page.xpath("//div[@role='region'][@tabindex='0']")[0]
    assert page.xpath(f"//*[@id='{region.get('aria-labelledby')}']")
    source = rendered.html.read_text(encoding="utf-8")
    # the one script is the template's own, within the page
    assert re.findall("<script[^>]*>", source) == ["<script>"]
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", source) == []
    assert "Données fictives simulées" in page.xpath("//header")[0].text_content()


def test_the_pdf_is_tagged_with_language_title_and_alternative_text(rendered: Rendered) -> None:
    with pikepdf.open(rendered.pdf) as pdf:
        assert str(pdf.Root["/Lang"]).startswith("fr")
        assert pdf.Root["/MarkInfo"]["/Marked"] == True  # noqa: E712  a PDF object, not a bool
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Évaluation 2006"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] + metadata["pdfaid:conformance"] == "2A"
            assert "Équipe d’évaluation" in str(metadata["dc:creator"])
        tags = structure(pdf)
        alts = [str(node["/Alt"]) for role, node in tags if role == "/Figure" and "/Alt" in node]
        headings = [role for role, _ in tags if re.fullmatch(r"/H\d", role)]
    assert alts == ["Barres : 52\u202f% chez les 15-24 ans, 37\u202f% chez les 60 ans ou plus."]
    assert headings[0] == "/H1"
    assert {"/H2", "/H1"} == set(headings)
    assert sum(role == "/TH" for role, _ in tags) == 5


def test_every_pdf_page_says_that_the_data_are_simulated(rendered: Rendered) -> None:
    pages = [p.extract_text() for p in pypdf.PdfReader(rendered.pdf).pages]
    assert all("Données fictives simulées" in text for text in pages)


def test_rendering_twice_gives_the_same_bytes(rendered: Rendered) -> None:
    before = (rendered.html.read_bytes(), rendered.pdf.read_bytes())
    folder = rendered.root / "site" / "encore"
    folder.mkdir()
    outputs = {"html": folder / "essai.html", "pdf": folder / "essai.pdf"}
    project.render(rendered.root, rendered.source, outputs, {"subtitle": "Rapport régional"})
    assert (outputs["html"].read_bytes(), outputs["pdf"].read_bytes()) == before


FAILURES = [
    ("Voir @fig-absente.", "does not show", 0),
    ("Voir @sec-absente.", "absent or unnumbered", 0),
    ("![Légende](demand.svg){#fig-x}", "no alternative text", 0),
    ("Texte.\n\n```{python}\nx = 1\n```", "a cell of the engine 'python'", 2),
    ("Part : `{python} 48`", "inline code of the engine 'python'", 0),
]


@pytest.mark.parametrize(("text", "problem", "offset"), FAILURES)
def test_what_fails_names_the_authors_file_and_line(root: Path, text: str, problem: str, offset: int) -> None:
    source = project.write(root, "faute", f"\n{text}\n")
    with pytest.raises(PublishError, match=problem) as caught:
        project.render(root, source, {"html": root / "site" / "faute.html"})
    line = project.HEAD.count("\n") + 2 + offset
    assert caught.value.where == f"{source}:{line}"


def test_documents_rendered_together_are_as_rendered_alone(root: Path) -> None:
    texts = {"une": "\n## Un {#sec-un}\n\nVoir @sec-un.[^1]\n\n[^1]: Note.\n", "deux": "\n## Deux\n\nAutre « mot ».\n"}
    sources = {name: project.write(root, name, text) for name, text in texts.items()}
    alone = {name: {kind: root / "site" / f"{name}.{kind}" for kind in ("html", "pdf")} for name in texts}
    for name, source in sources.items():
        project.render(root, source, alone[name])
    together = {name: {kind: root / "site" / "ensemble" / p.name for kind, p in alone[name].items()} for name in texts}
    embedded.render([(project.staged(root, source), together[name]) for name, source in sources.items()])
    for name, outputs in alone.items():
        for kind, path in outputs.items():
            assert together[name][kind].read_bytes() == path.read_bytes(), (name, kind)


def test_a_folder_with_accents_is_rendered_under_the_plain_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    accented = project.build(tmp_path / "étude à part")
    outputs = {kind: accented / "site" / f"été.{kind}" for kind in ("html", "pdf")}
    done = project.render(accented, project.write(accented, "été", project.BODY), outputs)
    assert all(path.stat().st_size for path in outputs.values())
    write_docx(done.path, accented / "site" / "été.docx", ["Équipe d’évaluation"])
    assert (accented / "site" / "été.docx").stat().st_size


def test_a_fault_among_several_documents_names_the_one_that_has_it(root: Path) -> None:
    sound = project.write(root, "saine", "\nTexte.\n")
    faulty = project.write(root, "fautive", "\nVoir @sec-absente.\n")
    todo = [(project.staged(root, s), {"html": root / "site" / f"{s.stem}-x.html"}) for s in (sound, faulty)]
    with pytest.raises(PublishError, match="absent or unnumbered") as caught:
        embedded.render(todo)
    assert str(caught.value.where).startswith(str(faulty))


def test_what_pandoc_warns_of_stops_the_document(root: Path) -> None:
    source = project.write(root, "ouverte", "\n[Lien][a].\n\n[a]: x.html\n\n[a]: y.html\n")
    with pytest.raises(PublishError, match="cannot convert") as caught:
        project.render(root, source, {"html": root / "site" / "ouverte.html"})
    assert "Duplicate link reference" in str(caught.value.found)


def test_a_brief_of_750_words_with_a_figure_fits_two_pages(root: Path) -> None:
    figures = project.BODY.split("::: {.key-figures}")[1].split("::: {.callout-important")[0]
    words = " ".join(["La demande des usagers a augmenté partout sauf dans un pays."] * 11)
    sections = "".join(f"\n## Partie\n\n{words}\n" for _ in range(6))
    text = f"\n## Question\n\n::: {{.key-figures}}{figures}\n{sections}\n::: {{.callout-tip}}\nFin.\n:::\n"
    source, target = project.write(root, "note", text), root / "site" / "note.pdf"
    settings = {"toc": False, "number-sections": False, "publication": {**project.PUBLICATION, "layout": "brief"}}
    project.render(root, source, {"pdf": target}, settings)
    assert len(pypdf.PdfReader(target).pages) == 2
