"""What a file is packed in: gzip, zip, or nothing. Packed bytes are unpacked in memory, within bounds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.faults import Blocked, Fault, some

#: Nothing may swell beyond this (bytes), nor, once past `SUSPECT` bytes, to more than `RATIO` times what was packed.
LARGEST, SUSPECT, RATIO = 2 << 30, 64 << 20, 250
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
#: Files in the container of Office before 2007, and locked workbooks.
OLE = b"\xd0\xcf\x11\xe0"
#: What reading a damaged zip package raises.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RecursionError,
)
_CHUNK = 1 << 20
#: What archive programs add by themselves.
_LITTER = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0")


@dataclass(frozen=True)
class Content:
    """A received file as a reader meets it: unpacked, with the name that it has there.

    ``data`` holds the bytes where the file came packed, else None: it stands at ``path``.
    """

    path: Path
    name: str
    data: bytes | None = None

    @property
    def source(self) -> Path | bytes:
        """Return where a reader finds the bytes."""
        return self.path if self.data is None else self.data

    def head(self, size: int = 1024) -> bytes:
        """Return the first bytes."""
        if self.data is not None:
            return self.data[:size]
        with self.path.open("rb") as handle:
            return handle.read(size)

    def bytes(self) -> bytes:
        """Return every byte."""
        return self.path.read_bytes() if self.data is None else self.data

    def members(self) -> list[str]:
        """Return the names inside, where the file is a zip package; none where it is not, or is damaged."""
        try:
            with zipfile.ZipFile(self.path if self.data is None else io.BytesIO(self.data)) as package:
                return package.namelist()
        except ZIP_FAULTS:
            return []


def open_container(path: Path, file: str, member: str | None = None) -> Content:
    """Return the content of a received file, out of its gzip or zip archive if it came in one.

    A workbook is a zip package too, and is left whole. Nothing is written to disk.

    Raises
    ------
    Blocked
        The archive is damaged, locked, swells out of bounds, holds names that lead out of it, or several files and no
        ``member`` says which.
    """
    content = Content(path, Path(file).name)
    start = content.head(4)
    name = content.name
    if start[:2] == GZIP and name.lower().endswith((".gz", ".gzip")):
        content = Content(path, name.rpartition(".")[0], _gunzip(content.bytes(), file))
    elif start == ZIP and name.lower().endswith(".zip"):
        return _member(content, file, member)
    if member is not None:
        raise Blocked(
            Fault("`member:` names a file of a zip archive", file, found=member, action="leave it out: this is none")
        )
    return content


def _gunzip(raw: bytes, file: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        for part, used in _inflated(raw):
            size += len(part)
            if size > LARGEST or (size > SUSPECT and size > RATIO * used):
                raise _swollen(file, size, used)
            parts.append(part)
    except (zlib.error, EOFError) as fault:
        raise Blocked(
            Fault("the packed file is damaged", file, found=str(fault), action="pack it again, or send it unpacked")
        ) from None
    return b"".join(parts)


def _inflated(raw: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield unpacked pieces of a gzip file (of all its members), each with the packed bytes used so far."""
    used, view = 0, memoryview(raw)
    while used < len(raw):
        if raw[used : used + 2] != GZIP:
            if raw[used:].strip(b"\0"):
                raise zlib.error("bytes after the end of the archive")
            return
        stream = zlib.decompressobj(wbits=31)
        fed: bytes | memoryview = view[used : used + _CHUNK]
        at = used + len(fed)
        while not stream.eof:
            if not fed and at >= len(raw):
                raise EOFError("the archive ends too early")
            if not fed:
                fed = view[at : at + _CHUNK]
                at += len(fed)
            part = stream.decompress(fed, _CHUNK)
            fed = stream.unconsumed_tail
            yield part, at - len(fed)
        used = at - len(stream.unused_data)


def _member(archive: Content, file: str, wanted: str | None) -> Content:
    try:
        with zipfile.ZipFile(archive.path) as package:
            infos = [i for i in package.infolist() if not i.is_dir()]
            outside = [i.filename for i in infos if _OUTSIDE.search(i.filename)]
            if outside:
                raise Blocked(
                    Fault(
                        "the archive holds names that lead out of it",
                        file,
                        found=some(_shown(n) for n in outside),
                        action="pack the files again, from the folder that holds them",
                    )
                )
            chosen = _chosen([i for i in infos if not _LITTER.search(i.filename)], file, wanted)
            return Content(archive.path, Path(chosen.filename).name, unpack_member(package, chosen, file))
    except ZIP_FAULTS as fault:
        raise Blocked(
            Fault(
                "the archive is damaged",
                file,
                found=_shown(str(fault)),
                action="pack the files again, or send them unpacked",
            )
        ) from None


def _chosen(infos: list[zipfile.ZipInfo], file: str, wanted: str | None) -> zipfile.ZipInfo:
    names = [i.filename for i in infos]
    found = infos if wanted is None else [i for i in infos if i.filename == wanted]
    if len(found) == 1:
        return found[0]
    if not infos:
        raise Blocked(Fault("the archive holds no file", file, action="pack the file again"))
    problem = "the archive holds several files" if wanted is None else f"the archive holds no single file '{wanted}'"
    raise Blocked(
        Fault(
            problem,
            file,
            found=some((_shown(n) for n in names), 20),
            allowed="one file, or `member:` with the name of one",
            action="declare `member:` for this file in evaluation.yaml, or send the files one by one",
        )
    )


def unpack_member(package: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> bytes:
    """Return one member of a zip package, unpacked within bounds."""
    return b"".join(pieces(package, info, file))


def pieces(package: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> Iterator[bytes]:
    """Yield a member of a zip package in pieces; sizes are counted, not believed.

    Raises
    ------
    Blocked
        It is locked with a password, packed in a way that nobody reads, damaged, or swells out of bounds.
    """
    size = 0
    try:
        with package.open(info) as handle:
            while piece := handle.read(_CHUNK):
                size += len(piece)
                if size > LARGEST or (size > SUSPECT and size > RATIO * max(info.compress_size, 1)):
                    raise _swollen(file, size, info.compress_size)
                yield piece
    except ZIP_FAULTS as fault:
        raise Blocked(
            Fault(
                "the packed file is damaged",
                file,
                found=_shown(f"{info.filename}: {fault or type(fault).__name__}"),
                action="open it in the program that wrote it and save it again, or send it again",
            )
        ) from None
    except RuntimeError as locked:
        raise Blocked(
            Fault("the file is locked with a password", file, found=_shown(str(locked)), action="send it unlocked")
        ) from None


def _swollen(file: str, size: int, packed: int) -> Blocked:
    return Blocked(
        Fault(
            "the packed file swells beyond what an honest file does",
            file,
            found=f"more than {size >> 20} MB out of {packed / 1024:.0f} kB",
            allowed=f"{LARGEST >> 30} GB, and {RATIO} times its packed size",
            action="send it unpacked, cut by wave or year",
        )
    )


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:120]
