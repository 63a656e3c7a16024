"""Unique values for every kind of identifying field, and a search for them through all that was written."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from pipeline.ingest.privacy.patterns import nir_key

ROWS = 40
_NIR = "2570335238012"
#: Field -> one value a row; the token inside never occurs by chance.
TOKENS: dict[str, Callable[[int], str]] = {
    "nom": lambda i: f"Zquorvex{chr(97 + i % 26)}",
    "prenom": lambda i: f"Xylbrinou{chr(97 + i % 26)}",
    "courriel": lambda i: f"wqzadresse{i}@exemple.invalid",
    "telephone": lambda i: f"06 91 {i + 10} 37 {i + 20}",
    "adresse": lambda i: f"{i + 1} rue Vwkjolif, 29000 Quimper",
    "naissance": lambda i: f"{1 + i % 28:02d}/03/{1931 + i}",
    "nir": lambda i: f"{int(_NIR) + i}{nir_key(str(int(_NIR) + i)):02d}",
    "ip": lambda i: f"203.0.113.{i + 7}",
    "position": lambda i: f"48.{71130 + i}, -3.{92410 + i}",
    "remarque": lambda i: f"Il faut dire que Kwyzphrase numero {i} est trop bruyant.",
}
#: Of each field, the patterns that betray it wherever they stand.
BETRAY = (
    r"zquorvex",
    r"xylbrinou",
    r"wqzadresse",
    # not within a pseudonym, where it may stand by chance
    r"(?<![0-9a-f])06[ .]?91[ .]?\d\d[ .]?37",
    r"vwkjolif",
    r"\b\d\d/03/19[3-7]\d",
    r"19[3-7]\d-03-\d\d",
    r"25703352380\d\d",
    r"203\.0\.113\.",
    r"48\.711[3-7]\d",
    r"kwyzphrase",
)
_PATTERN = re.compile("|".join(BETRAY), re.IGNORECASE)


def people() -> pd.DataFrame:
    """Return invented people with every identifying field, a coded answer, and identifiers pasted into another text."""
    table = pd.DataFrame({name: [value(i) for i in range(ROWS)] for name, value in TOKENS.items()})
    table.insert(0, "q", [1 + i % 2 for i in range(ROWS)])
    pasted = ["courriel", "telephone", "nir", "ip", "adresse", "position"]
    texts = [f"autre motif {chr(97 + i % 7)}" for i in range(ROWS)]
    for i, name in enumerate(pasted):
        texts[3 * i] = f"voir {TOKENS[name](i)}"
    return table.assign(autre=texts)


def betrayed(text: str) -> list[str]:
    """Return the tokens found in a text."""
    return sorted({m[0] for m in _PATTERN.finditer(text)})


def betrayed_in(folder: Path) -> dict[str, list[str]]:
    """Return file -> tokens found in it, over every file of a folder, packed and binary ones unpacked."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        hits = {hit for text in [path.name, *_texts(path.read_bytes(), path)] for hit in betrayed(text)}
        if hits:
            found[str(path.relative_to(folder))] = sorted(hits)
    return found


def _texts(raw: bytes, path: Path) -> Iterator[str]:
    for encoding in ("utf-8", "latin-1", "utf-16-le"):
        yield raw.decode(encoding, errors="ignore")
    if raw[:4] == b"PAR1":
        yield pq.read_table(path).to_pandas().to_csv()
    if raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", errors="ignore")
    if raw[:5] == b"%PDF-":
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
            try:
                yield zlib.decompress(stream).decode("latin-1")
            except zlib.error:
                continue
