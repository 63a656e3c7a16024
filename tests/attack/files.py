"""What the other files of a site say of hidden numbers: findings, workbook, sentences, figures and their alternatives.

A number in a sentence or in a figure that names a hidden result, and that none of the results shown beside it explains,
is taken for the hidden one. Numbers of a PDF that its page does not hold are told apart: a PDF names no results.
"""

from __future__ import annotations

import base64
import csv
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from lxml import etree, html

from tests.attack.masses import Found
from tests.attack.published import Row, files_of

_NUMBER = re.compile(r"\d+(?:\u202f\d{3})*(?:,\d+)?(?:[\u202f\u00a0 ]?%)?")
_SVG = "data:image/svg+xml;base64,"
#: Ticks of axes are round, and stand in a figure whatever it shows.
_ROUND = 5.0


def of_files(rows: Iterable[Row], site: Path) -> list[Found]:
    """Return hidden numbers that a table of the annex, a sentence or a figure prints after all."""
    known = {r.id: r for r in rows}
    return [*_of_tables(known, site), *_of_texts(known, site)]


def _of_tables(known: dict[str, Row], site: Path) -> Iterator[Found]:
    for name, key in (("findings.csv", "about"), ("results.xlsx", "result_id")):
        path = site / "data" / name
        if not path.is_file():
            continue
        for line in _lines(path):
            row = known.get(str(line.get(key)))
            value = _float(line.get("estimate"))
            if row is not None and row.hidden and value is not None:
                yield Found(row.id, value * 0.999, value * 1.001, name)


def _lines(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [dict(line) for line in csv.DictReader(file, delimiter=";")]
    book = pd.read_excel(path, sheet_name=None, engine="calamine")
    return [line for sheet in book.values() for line in sheet.to_dict("records")]


def _float(value: object) -> float | None:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _of_texts(known: dict[str, Row], site: Path) -> Iterator[Found]:
    for page in files_of(site, "html"):
        for ids, text in containers(page):
            rows = [known[i] for i in ids if i in known]
            hidden = [r for r in rows if r.hidden]
            if not hidden:
                continue
            allowed = _forms(r for r in rows if not r.hidden)
            for token in sorted(set(_NUMBER.findall(text))):
                plain = token.rstrip("%\u202f\u00a0 ")
                value = float(plain.replace("\u202f", "").replace(",", "."))
                if plain in allowed or value % _ROUND == 0 or value >= 1900:
                    continue
                half = 0.5 * 10.0 ** -len(plain.partition(",")[2])
                for row in hidden:
                    if (row.unit == "share") == token.endswith("%"):
                        scale = 100.0 if row.unit == "share" else 1.0
                        ends = ((value - half) / scale, (value + half) / scale)
                        yield Found(row.id, *ends, f"text of {page.name}")


def containers(page: Path) -> Iterator[tuple[list[str], str]]:
    """Return the results that each sentence and figure of a page names, and all that it says."""
    tree = html.parse(str(page)).getroot()
    for element in tree.xpath("//*[@data-result]"):
        ids = str(element.get("data-result")).split()
        text = [element.text_content(), element.get("alt") or "", element.get("aria-label") or ""]
        source = element.get("src") or ""
        if source.startswith(_SVG):
            drawn = etree.fromstring(base64.b64decode(source.removeprefix(_SVG)))
            text += [" ".join(e.itertext()) for e in drawn.iter("{*}text", "{*}title", "{*}desc")]
        if len(ids) > 1 or element.get("role") == "img" or element.tag == "img":
            yield ids, " ".join(text)


def _forms(rows: Iterable[Row]) -> set[str]:
    """Return how the numbers of rows shown may be written."""
    out = set()
    for row in rows:
        for value in (row.estimate, row.n, *row.limits, abs(row.limits[1] - row.limits[0]) / 2):
            for scaled in (abs(value), abs(value) * 100) if np.isfinite(value) else ():
                out |= {f"{scaled:,.{d}f}".replace(",", "\u202f").replace(".", ",") for d in range(3)}
    return out


def of_documents(site: Path) -> dict[str, list[str]]:
    """Return, by PDF, the shares that it prints and its page does not; nothing where no reader of PDFs is there."""
    found: dict[str, list[str]] = {}
    reader = shutil.which("pdftotext")
    for path in files_of(site, "pdf") if reader else []:
        page = path.with_suffix(".html")
        text = subprocess.run([str(reader), str(path), "-"], capture_output=True, text=True, check=True).stdout
        tree = html.parse(str(page)).getroot()
        said = [tree.text_content(), *(t for _, t in containers(page)), *tree.xpath("//@alt | //@aria-label")]
        more = _shares(text) - _shares(" ".join(said))
        if more:
            found[path.name] = sorted(more)
    return found


def _shares(text: str) -> set[str]:
    return {re.sub(r"\D+$", "", t) for t in _NUMBER.findall(text) if t.endswith("%")}
