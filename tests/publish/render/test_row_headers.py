"""Row headers of a PDF: what heads a row on a page heads it on paper, and nothing else of the file changes."""

from __future__ import annotations

import io
from pathlib import Path

import lxml.html
import pikepdf
import typst

from pipeline.publish.render.row_headers import MARK, tables_with_headers, with_row_headers
from tests.publish.render.conftest import Rendered

FONTS = Path(__file__).parents[3] / "reports" / "theme" / "fonts"
#: Three tables, the second of which has no headers of rows: many cells, so that names of ten and more are sorted.
ROWS = ",\n".join(f"[ligne {n}], [{n}], [{n + 1}]" for n in range(12))
TEXT = f"""#set document(title: "Essai")
#set text(lang: "fr", font: "Source Sans 3")
= Un
#table(
columns: 3, table.header([{MARK}Âge], [Part], [n]),
{ROWS})
#table(
columns: 2, table.header([Un], [Deux]), [a], [b])
#figure(kind: table, caption: [Une troisième], align(left)[#table(
columns: 2, table.header([{MARK}], [Deux]), [c], [d])])
"""


def compiled(text: str) -> bytes:
    standards = ["a-2a", "ua-1"]
    folders = [str(FONTS)]
    pdf = typst.compile(text.encode(), font_paths=folders, ignore_system_fonts=True, pdf_standards=standards)  # type: ignore[arg-type]
    return bytes(pdf)


def rows(pdf: pikepdf.Pdf) -> list[list[pikepdf.Object]]:
    """Return the rows of the bodies of all tables, each as its cells."""
    found = []
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/TR" and each["/P"]["/S"] == "/TBody":
            found.append(list(each["/K"]))
    return found


def told(cell: pikepdf.Object) -> pikepdf.Object:
    """Return what a cell says of itself as a cell of a table."""
    return next(each for each in cell["/A"] if each["/O"] == "/Table")


def test_rows_of_marked_tables_are_headed_by_their_first_cell_and_no_others() -> None:
    before = compiled(TEXT)
    after = with_row_headers(before, tables_with_headers(TEXT))
    with pikepdf.open(io.BytesIO(after)) as pdf:
        assert pdf.check_pdf_syntax() == []
        made = rows(pdf)
        assert len(made) == 14
        headed = [row for row in made if row[0]["/S"] == "/TH"]
        assert [[str(cell["/S"]) for cell in row[1:]] for row in headed] == [["/TD", "/TD"]] * 12 + [["/TD"]]
        for row in headed:
            assert told(row[0])["/Scope"] == "/Row"
            assert all(row[0]["/ID"] in list(told(cell)["/Headers"]) for cell in row[1:])
        listed = list(pdf.Root["/StructTreeRoot"]["/IDTree"]["/Names"])
        names = [bytes(name) for name in listed[::2]]
        assert names == sorted(names)
        assert len(set(names)) == len(names) == 7 + 13
        assert all(cell["/ID"] == name for name, cell in zip(listed[::2], listed[1::2], strict=True))
        same = [page.Contents.read_bytes() for page in pdf.pages]
    with pikepdf.open(io.BytesIO(before)) as pdf:
        assert [page.Contents.read_bytes() for page in pdf.pages] == same
        assert not [row for row in rows(pdf) if row[0]["/S"] == "/TH"]


def test_a_file_without_marked_tables_stays_as_it_is() -> None:
    before = compiled(TEXT)
    assert with_row_headers(before, frozenset()) == before
    assert tables_with_headers("#table(\ncolumns: 2, [a], [b])") == frozenset()


def test_paper_has_the_headers_of_rows_that_the_page_has(rendered: Rendered) -> None:
    page = lxml.html.fromstring(rendered.html.read_text(encoding="utf-8"))
    with pikepdf.open(rendered.pdf) as pdf:
        heads = [row[0] for row in rows(pdf) if row[0]["/S"] == "/TH"]
    assert len(heads) == len(page.xpath("//main//tbody//th[@scope='row']")) == 2
