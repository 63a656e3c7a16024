"""Memory that is free within a process: what a stage has let go is given back before the next one asks for its own."""

from __future__ import annotations

import ctypes
import resource
from pathlib import Path

#: Bytes that a process holds from which on what is free among them is worth giving back: under it, asking the system
#: for the same memory again takes longer than it is worth.
MUCH = 1 << 30


def give_back(much: int = MUCH) -> None:
    """Give the system what is free, if this process holds ``much`` (bytes); nothing elsewhere than on Linux with glibc.

    The allocator of C keeps what tables of up to 32 MB a column have left, for whoever asks next: of two million
    respondents more than a gigabyte, which the next stage only partly fills.
    """
    if _held() >= much and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def _held() -> int:
    """Return the bytes of this process that stand in memory; 0 where nothing tells."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()
