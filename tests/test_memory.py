"""What is free within a process is given back to the system, where the process holds much."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Holds 200 MB in pieces that the allocator keeps for itself, lets them go, and tells what it holds before and after.
SCRIPT = """
import sys
from pipeline import memory
pieces = [bytearray(100_000) for _ in range(2000)]
last = bytearray(100_000)
del pieces
before = memory._held()
memory.give_back(int(sys.argv[1]))
print(before, memory._held())
"""


def _held(much: int) -> tuple[int, int]:
    command = [sys.executable, "-c", SCRIPT, str(much)]
    before, after = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return int(before), int(after)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another allocator than that of glibc")
def test_a_process_that_holds_much_gives_back_what_is_free() -> None:
    before, after = _held(100_000_000)
    assert before > 200_000_000
    assert after < before / 4


def test_a_process_that_holds_little_keeps_what_is_free_for_what_comes_next() -> None:
    before, after = _held(1 << 30)
    assert abs(after - before) < 5_000_000
