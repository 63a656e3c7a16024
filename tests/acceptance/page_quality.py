"""What a reader would send back to the printer: words over words, pages left empty, another typeface."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import numpy as np
import pikepdf
from lxml import html

#: The typeface of the theme and its spare one, as PDF names them: Typst takes another for one that is missing.
TYPEFACES = ("SourceSans3", "DejaVuSans")
#: Two words overprint where their boxes share more than this part of the smaller one.
OVERPRINT = 0.3
#: A page is filled to this part of its height at least, unless a chapter begins behind it.
FILLED = 0.5
#: The parts of a page that running heads and feet take.
HEAD, FOOT = 0.06, 0.93
#: Letters of a word that may be part of another by chance.
SHORT = 3
_RESOLUTION = 20
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)


def faults(pdf: Path, *, flowing: bool = True) -> list[str]:
    """Return what is wrong with the pages of a PDF, each with its page.

    flowing : whether pages follow each other as text does; those of slides are as full as what they say.
    """
    pages = list(_words(pdf))
    found = [f"{pdf.name} p. {n}: {text}" for n, page in enumerate(pages, 1) for text in _crowded(*page)]
    said = _said(pdf.with_suffix(".html"))
    joined = [(n, word) for n, page in enumerate(pages, 1) for word in page[2] if _joined(word, said)]
    found += [f"{pdf.name} p. {n}: '{word}' runs together" for n, word in joined]
    if flowing:
        found += [f"{pdf.name} p. {n}: filled to {part:.0%}" for n, part in _empty(pdf, pages)]
    return [*found, *(f"{pdf.name}: the typeface {name}" for name in _foreign(pdf))]


def _words(pdf: Path) -> Iterator[tuple[float, float, list[str], np.ndarray]]:
    """Yield width, height, words and their boxes (left, top, right, bottom), page by page."""
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    for width, height, body in _PAGE.findall(told):
        found = _WORD.findall(body)
        boxes = np.array([[float(x) for x in word[:4]] for word in found]).reshape(-1, 4)
        yield float(width), float(height), [word[4] for word in found], boxes


def _crowded(width: float, height: float, words: list[str], boxes: np.ndarray) -> Iterator[str]:
    """Yield words that are printed over others, or leave the page."""
    left, top, right, bottom = boxes.T
    across = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    down = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    area = (right - left) * (bottom - top)
    shared = np.clip(across, 0, None) * np.clip(down, 0, None) / np.maximum(np.minimum(area[:, None], area), 1e-9)
    for i, j in np.argwhere(np.triu(shared > OVERPRINT, 1)):
        yield f"'{words[i]}' over '{words[j]}'"
    for i in np.flatnonzero((right > width) | (left < 0) | (bottom > height) | (top < 0)):
        yield f"'{words[i]}' leaves the page"


def _said(page: Path) -> frozenset[str]:
    """Return the words of a document as its page has them, cell by cell."""
    tree = html.parse(str(page)).getroot()
    return frozenset(word for text in tree.xpath("//body//text()") for word in text.split())


def _joined(word: str, said: frozenset[str]) -> bool:
    """Return whether a word is two of the page that nothing parts on paper: a heading that runs into the next."""
    word = unescape(word)
    return word not in said and any(
        len(word[:i]) > SHORT and word[:i] in said and word[i:] in said for i in range(len(word) - SHORT)
    )


def _empty(pdf: Path, pages: list[tuple[float, float, list[str], np.ndarray]]) -> Iterator[tuple[int, float]]:
    """Yield the pages that are less than half full and are neither the last of a chapter nor a cover or contents."""
    filled = _filled(pdf)
    starts = _chapters(pdf.with_suffix(".html"))
    for n, part in enumerate(filled[:-1], 1):
        words = pages[n - 1][2]
        front = n == 1 or words.count(".") > 40 or sum(set(w) == {"."} for w in words) > 10
        begins = re.sub(r"^[\d.\W]+", "", " ".join(_below_the_head(pages[n])))
        if part < FILLED and not front and not any(begins.startswith(title) for title in starts):
            yield n, part


def _below_the_head(page: tuple[float, float, list[str], np.ndarray]) -> list[str]:
    _, height, words, boxes = page
    return [word for word, box in zip(words, boxes, strict=True) if box[1] > HEAD * height][:20]


def _chapters(page: Path) -> tuple[str, ...]:
    """Return the first words of the chapters of a document, as its page has them."""
    tree = html.parse(str(page)).getroot()
    return tuple(re.sub(r"^[\d.\s]+", "", " ".join(h.text_content().split())) for h in tree.xpath("//main//h2"))


def _filled(pdf: Path) -> list[float]:
    """Return how far down each page has ink, above its foot, as a part of its height."""
    command = ["pdftoppm", "-r", str(_RESOLUTION), "-gray", str(pdf)]
    picture = subprocess.run(command, capture_output=True, check=True).stdout
    found, at = [], 0
    while at < len(picture):
        header = re.match(rb"P5\s(\d+)\s(\d+)\s(\d+)\s", picture[at : at + 40])
        assert header
        width, height = int(header[1]), int(header[2])
        first = at + header.end()
        grey = np.frombuffer(picture[first : first + width * height], np.uint8).reshape(height, width)
        rows = np.flatnonzero((grey[: int(FOOT * height)] < 200).any(axis=1))
        found.append(float(rows[-1] + 1) / height if len(rows) else 0.0)
        at = first + width * height
    return found


def _foreign(pdf: Path) -> set[str]:
    """Return the typefaces of a PDF that the theme does not name, and those that are not inside the file."""
    found: set[str] = set()
    with pikepdf.open(pdf) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
                name = str(each["/FontName"]).lstrip("/").partition("+")[2]
                inside = any(key in each for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                if not inside or name.partition("-")[0] not in TYPEFACES:
                    found.add(name)
    return found
