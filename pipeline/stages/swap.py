"""Putting a finished folder in the place of the one before: at every moment the old one or the new one stands."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

#: Of Linux, ``renameat2``: paths from the present folder, and the flag that has two names change places in one step.
_HERE, _EXCHANGE = -100, 2


def swap_in(new: Path, place: Path) -> None:
    """Put folder ``new`` in the place of ``place``; the old one goes only when the new one stands.

    Where the system cannot exchange two names in one step they are renamed one after the other; whoever is killed in
    between finds the old folder again by :func:`restore`.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        new.rename(place)
    elif _exchanged(new, place):
        shutil.rmtree(new, ignore_errors=True)
    else:
        shutil.rmtree(_aside(place), ignore_errors=True)
        place.rename(_aside(place))
        new.rename(place)
    shutil.rmtree(_aside(place), ignore_errors=True)


def restore(place: Path) -> None:
    """Put a folder back that a run was killed while replacing."""
    if not place.exists() and _aside(place).is_dir():
        _aside(place).rename(place)


def _aside(place: Path) -> Path:
    return place.with_name(f".{place.name}.old")


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one step, or return False where this system, or this file system, does not."""
    exchange = _renameat2()
    return exchange is not None and exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


@functools.cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    function = getattr(ctypes.CDLL(None), "renameat2", None)
    if function is None:
        return None
    function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    function.restype = ctypes.c_int
    return function  # type: ignore[no-any-return]
