"""Text encodings: declared or detected, strict, and wrong ones located by line."""

from __future__ import annotations

import codecs
import re
from collections import Counter

from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.readers.received import Note

#: Lines in another encoding than the file, as a share: above it the declaration is wrong, below it the lines are.
STRAY_LINES = 0.01

_TAIL = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
#: UTF-8 read as Windows-1252 (« Ã© », « â€™ »), or a byte that no reading of the encoding allows.
MOJIBAKE = f"\ufffd|[\u00c2\u00c3\u00c5][{_TAIL}]|\u00e2[\u20ac\u201a\u201e\u2020][{_TAIL}\ufffd]"

#: Times that a text may have been encoded again and again.
_AGAIN = 3

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(raw: bytes, declared: str | None, file: str) -> tuple[str, list[Note]]:
    """Return the text of a file, with a note where its encoding was found out rather than declared.

    A few lines in another encoding (at most 1 %) keep their place, with U+FFFD for what cannot be read, so that the
    expectations set these records aside.

    Raises
    ------
    Blocked
        The encoding is unknown, or the file is not in it; names the first lines.
    """
    if not raw.strip():
        raise Blocked(Fault("the file is empty", file, found=f"{len(raw)} blank bytes", action="send the file again"))
    marked = next((name for bom, name in _BOMS if raw.startswith(bom)), None)
    bare = raw.removeprefix(codecs.BOM_UTF8)
    if marked == "utf-8-sig" and _found(bare) == "cp1252":
        # Some programs put the mark of UTF-8 before whatever they write.
        raw, marked = bare, None
    notes: list[Note] = []
    if declared is None:
        encoding = marked or _found(raw)
        said = f"encoding not declared, read as {encoding}"
        notes = [Note("encoding", "", "", encoding, said)]
    else:
        encoding = _known(declared, file)
        if encoding == "utf-8" and marked == "utf-8-sig":
            encoding = marked
        elif marked and codecs.lookup(marked).name != encoding:
            raise _wrong(file, declared, marked.removesuffix("-sig"), [1], "its first bytes say so")
        elif encoding in ("cp1252", "iso8859-1", "iso8859-15"):
            _refuse_utf8(raw, declared, file)
    try:
        return raw.decode(encoding), notes
    except UnicodeDecodeError:
        text, stray = _line_by_line(raw, encoding, declared or encoding, file)
        notes += [stray_note(encoding, line) for line in stray]
        return text, notes


def _known(declared: str, file: str) -> str:
    try:
        return codecs.lookup(declared).name
    except LookupError:
        raise Blocked(
            Fault(
                "the declared encoding is not known",
                file,
                found=declared,
                allowed="utf-8, cp1252 (Windows), latin-1, utf-16",
                action="correct `encoding:` in evaluation.yaml",
            )
        ) from None


def _found(raw: bytes) -> str:
    """Return the likeliest encoding of text that nobody declared and no mark tells.

    charset-normalizer, tried in its place, takes short French files in Windows-1252 for cp1250 or cp437.
    Every second byte of UTF-16 is zero where letters are Latin. A few bytes that are no UTF-8 do not make a file
    Windows-1252 whose other accented lines are UTF-8.
    """
    start = raw[:4096]
    for encoding, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if len(start) > 3 and zeros.count(0) > 0.4 * len(zeros):
            return encoding
    if _valid(raw, "utf-8"):
        return "utf-8"
    accented = [line for line in raw.split(b"\n") if not line.isascii()]
    return "utf-8" if sum(_valid(line, "utf-8") for line in accented) > len(accented) / 2 else "cp1252"


def _valid(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_utf8(raw: bytes, declared: str, file: str) -> None:
    """Refuse UTF-8 declared as a one-byte encoding, which would read without an error and come out as « Ã© »."""
    if raw.isascii() or not _valid(raw, "utf-8"):
        return
    lines = raw.split(b"\n")
    accented = [i for i, line in enumerate(lines, 1) if not line.isascii()]
    if len(accented) > STRAY_LINES * len(lines):
        raise _wrong(file, declared, "utf-8", accented, "every accented letter reads as UTF-8")


def stray_note(encoding: str, line: int) -> Note:
    """Return the note about a line in another encoding than the file."""
    said = "a line in another encoding than the file"
    return Note("encoding", "", "", encoding, said, line)


def _line_by_line(raw: bytes, encoding: str, declared: str, file: str) -> tuple[str, list[int]]:
    plain = encoding.removesuffix("-sig")
    if plain.startswith("utf-16"):
        raise _wrong(file, declared, "another encoding", [1], "its bytes do not pair up")
    text, stray = [], []
    for number, line in enumerate(raw.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        try:
            text.append(line.decode(plain))
        except UnicodeDecodeError:
            stray.append(number)
            text.append(line.decode(plain, errors="replace"))
    if stray[0] == 1 or len(stray) > max(1, STRAY_LINES * len(text)):
        likely = "cp1252" if plain == "utf-8" else "another encoding"
        raise _wrong(file, declared, likely, stray, f"{len(stray)} lines cannot be read as {declared}")
    return "\n".join(text), stray


def _wrong(file: str, declared: str, likely: str, lines: list[int], why: str) -> Blocked:
    return Blocked(
        Fault(
            "the file is not in the declared encoding",
            file,
            line=lines[0],
            found=f"{why} (lines {some(lines)})",
            allowed=declared,
            action=f"declare `encoding: {likely}` for this file in evaluation.yaml, or export it again"
            if likely != "another encoding"
            else "find out the encoding of the export and declare it, or export it again as UTF-8",
        )
    )


def mended(text: str) -> tuple[str, list[Note]]:
    """Return a text whose UTF-8 was once read as Windows-1252 as it was written, and the record of it.

    Mended only where most of the accents are such pieces, the mark of a whole file that was read wrongly, and each of
    them reads cleanly as UTF-8; a file that does not is told. A few of them in a sound file are records that went wrong
    before: the rule on unreadable text sets those aside, and a closed answer is told by its code (:func:`sound`).
    """
    if not any(mark in text for mark in "\u00c2\u00c3\u00c5\u00e2") or not (first := _spoiled(text)):
        return text, []
    accented = _RUN.findall(text)
    if 2 * sum(_spoiled(run) is not None for run in accented) < len(accented):
        return text, []
    line, before = text.count("\n", 0, first.start()) + 1, first[0]
    out, pieces = text, Counter[str]()
    for _ in range(_AGAIN):
        runs = Counter(m[0] for m in _RUN.finditer(out) if _spoiled(m[0]))
        if not runs or any(_read_again(run) is None for run in runs):
            break
        pieces += runs
        out = _RUN.sub(lambda m: (_read_again(m[0]) if _spoiled(m[0]) else None) or m[0], out)
    if _spoiled(out):
        said = "text encoded twice (« Ã© » for « é ») that cannot be read back: left as it is, export it again as UTF-8"
        return text, [Note("mojibake", "", before, "", said, line)]
    # The blank of « à » is one that no line breaks at, which programs turn into a plain one.
    out = re.sub("\u00c3 {1,2}(?=\\S)", "\u00e0 ", out)
    n = pieces.total()
    said = f"text encoded twice, read back in {n} places"
    after = _read_again(before) or ""
    return out, [Note("mojibake", "", before, after, f"{said} ({before} is {after})", line)]


def sound(text: str) -> str:
    """Return a text as it was before its UTF-8 was read as Windows-1252 (« GuÃ©ret » is « Guéret »), else as it is."""
    if not _spoiled(text):
        return text
    read = _RUN.sub(lambda m: (_read_again(m[0]) if _spoiled(m[0]) else None) or m[0], text)
    return text if _spoiled(read) else read


#: What is spoiled: characters that are not plain, next to each other.
_RUN = re.compile(r"[^\x00-\x7f]+")
_PIECE = re.compile(MOJIBAKE.removeprefix("\ufffd|"))


def _spoiled(text: str) -> re.Match[str] | None:
    return _PIECE.search(text)


def _read_again(run: str) -> str | None:
    """Return characters as the UTF-8 that their Windows-1252 bytes are, None where they are none."""
    try:
        return b"".join(c.encode("latin-1") if c in _UNUSED else c.encode("cp1252") for c in run).decode("utf-8")
    except UnicodeError:
        return None


#: Bytes without a character in Windows-1252, which readers let through.
_UNUSED = frozenset(map(chr, range(0x80, 0xA0)))
