"""What every published site must hold, whatever its size; called by the miniature's and the default's tests."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pikepdf
from lxml import html

from pipeline import results
from tests.acceptance.site_reading import pages, without_region


def check_pages_and_documents(site: Path, units: int) -> None:
    """Contract 7: the pages and PDFs, and nothing else."""
    found, pdf = sorted(site.rglob("*.html")), sorted(site.rglob("*.pdf"))
    places = languages(site)
    names = (
        "index",
        "brief",
        "summary",
        "report",
        "slides",
        "press",
        "methods",
        "validation",
        "search",
        "privacy",
        "accessibility",
    )
    # the annex of cross-tables is there where the plan asks for them, that of tables where the report rests on some
    crossed, tables = ((site / f"{name}.html").is_file() for name in ("crosstabs", "tables"))
    # and where there are units, one page that compares them
    assert len(found) == len(places) * (units + bool(units) + len(names) + crossed + tables)
    assert len(pdf) == len(places) * (units + 5 + tables)
    assert all((place / f"{name}.html").is_file() for place in places for name in names)
    assert (site / "data" / "datapackage.json").is_file()
    assert (site / "data" / "codebook.xml").is_file()


def languages(site: Path) -> list[Path]:
    """Return the folders of the languages of a site, French first."""
    return [site, *([site / "en"] if (site / "en").is_dir() else [])]


def check_pdfs(site: Path) -> None:
    """Every PDF declares PDF/UA-1 and PDF/A, is tagged, has a title, a language and alternative texts."""
    for path in sorted(site.rglob("*.pdf")):
        with pikepdf.open(path) as pdf:
            meta = pdf.open_metadata()
            assert str(meta.get("pdfuaid:part")) == "1", path
            assert str(meta.get("pdfaid:part")) == "2", path
            assert bool(pdf.Root.MarkInfo.Marked), path
            assert str(pdf.Root.Lang).startswith("en" if site / "en" in path.parents else "fr"), path
            assert str(pdf.docinfo.get("/Title", meta.get("dc:title"))), path
    for place in languages(site):
        with pikepdf.open(place / "brief.pdf") as brief:
            assert len(brief.pages) == 2


def check_feet(site: Path) -> None:
    """No page of a PDF ends with a heading; nothing is looked at where no reader of PDFs is there."""
    reader = shutil.which("pdftotext")
    for path in sorted(site.rglob("*.pdf")) if reader else []:
        tree = html.parse(str(path.with_suffix(".html"))).getroot()
        headings = {_bare(h.text_content()) for h in tree.xpath("//main//h2 | //main//h3 | //main//h4")} - {""}
        text = subprocess.run([str(reader), "-layout", str(path), "-"], capture_output=True, text=True, check=True)
        for number, page in enumerate(text.stdout.split("\f"), 1):
            # the last line is the running foot
            lines = [line.strip() for line in page.splitlines() if line.strip()][:-1]
            assert not lines or _bare(lines[-1]) not in headings, (path.name, number, lines[-1])


def _bare(heading: str) -> str:
    """Return a heading without its number and its typography."""
    return re.sub(r"[^\w]+", " ", re.sub(r"^[\d.]+\s", "", heading.strip())).strip().lower()


def check_sheets(site: Path) -> None:
    """A sheet shows at least 3 figures or tables and 15 numbers; two sheets share none but the region's."""
    every = {name: page for name, page in pages(site).items() if name.startswith("territories/")}
    compared = every.pop("territories/index.html")
    found = every
    assert found
    assert {Path(name).name for name in found} <= set(compared.tree.xpath("//main//tbody//a/@href"))
    for name, page in found.items():
        assert page.floats >= 3, name
        assert len(page.result_ids) >= 15, name
    own = {name: without_region(page.result_ids) for name, page in found.items()}
    for one, other in itertools.combinations(own, 2):
        assert own[one], one
        assert not own[one] & own[other], (one, other)


def check_alt_texts(site: Path) -> int:
    """Every alternative text has a number that its figure's results hold; return how many were read."""
    read = 0
    for name, page in pages(site).items():
        for alt in page.alt_texts:
            assert re.search(r"\d", alt), (name, alt)
            read += 1
    return read


def check_figures_numbers(build: Path) -> None:
    """The numbers of an alternative text are numbers of its own figure, not any digits."""
    table = results.read(build / "protect" / "results.parquet").set_index("result_id")
    for path in sorted((build / "draw" / "fr").rglob("figures.json")):
        records = json.loads(path.read_text(encoding="utf-8"))
        for name, record in records.items():
            if name == "absent" or record["kind"] != "figure":
                continue
            rows = table.loc[[i for i in record["result_ids"] if i in table.index]]
            assert len(rows), (path, name)
            values = rows["estimate"].dropna()
            scale = rows["unit"].map({"share": 100.0, "rate": 1.0}).fillna(1.0)
            candidates = pd.concat([values * scale[values.index], values * 100, values])
            written = {float(x.replace("\u202f", "").replace(",", ".")) for x in _numbers(record["alt"])}
            # a printed number is rounded to at most one decimal
            assert any(abs(abs(c) - w) <= 0.5 for c in candidates for w in written), (path, name, record["alt"])


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d\u202f]*(?:,\d+)?", text)


def check_nothing_suppressed_is_exported(site: Path, build: Path) -> None:
    """No estimate of a suppressed row stands in the pages' spans, the CSV, or the drawn figures."""
    private = results.read(build / "analyse" / "results.parquet").set_index("result_id")
    public = results.read(build / "protect" / "results.parquet").set_index("result_id")
    hidden = public.index[public["quality"] == "suppress"]
    assert len(hidden)
    assert public.loc[hidden, list(results.ESTIMATE_COLUMNS)].isna().all(axis=None)
    assert private.loc[hidden, "estimate"].notna().any()
    exported = pd.read_csv(site / "data" / "results.csv", sep=None, engine="python", dtype=str)
    exported = exported.set_index("result_id")
    shown = exported.index.intersection(hidden)
    assert exported.loc[shown, [c for c in ("estimate", "lower", "upper", "se") if c in exported]].isna().all(axis=None)
    for name, page in pages(site).items():
        # a suppressed number leaves its sign (ns, c, nd) or, in a column of respondents, how many were asked
        for span in page.tree.xpath("//*[contains(concat(' ', @class, ' '), ' number ')][@data-result]"):
            if span.get("data-result") in hidden and re.search(r"\d", span.text_content()):
                printed = span.text_content().replace("\u202f", "").strip()
                asked = public.loc[span.get("data-result"), "n"]
                assert printed == f"{asked:.0f}", (name, span.get("data-result"), printed)


def check_validation_totals(site: Path, evaluation_data: Path, lines: dict[str, int]) -> None:
    """The received totals on the validation page are the line counts of the files."""
    page = pages(site)["validation.html"]
    text = page.text.replace("\u202f", "").replace("\xa0", " ")
    for file, count in lines.items():
        assert (evaluation_data / file).is_file()
        assert file in text, file
        assert re.search(rf"\b{count}\b", text), (file, count)
