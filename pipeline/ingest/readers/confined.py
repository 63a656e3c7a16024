"""Native readers under limits of time and memory: a crash, a hang or a blow-up becomes one message."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.ingest.faults import Blocked, Fault

#: Address space of a reader: this much, and more for large files (bytes; bytes a byte of the file).
MEMORY, MEMORY_A_BYTE = 900 << 20, 40
#: Processor time of a reader: this much, and more for large files (seconds; bytes a second, slower than any reader).
SECONDS, BYTES_A_SECOND = 20, 1 << 20
#: Time on the clock, as a multiple: a busy machine is no fault of the file.
PATIENCE = 6

_PROGRAM = Path(__file__).with_name("native.py")


class NativeFault(Exception):
    """What a native reader said of a file that it cannot read."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind, self.text = kind, text
        super().__init__(text or kind)


def read_confined(
    task: str, source: Path | bytes, file: str, choose: Callable[[dict[str, Any]], list[str]], **request: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a native reader in a process of its own; return what it says of the file, and its table.

    Parameters
    ----------
    task : name of a reader of `native`.
    source : where the file is, or its bytes.
    file : name for messages.
    choose : given what the reader says of the file, returns what to read of it; may raise.
    request : what else the reader needs.

    Raises
    ------
    NativeFault
        The reader refused the file, and says why.
    Blocked
        The reader died: it crashed, or needed more memory or time than a file of this size can.
    """
    with _reader(task, source, file, request) as process:
        described = _table(process)
        _say(process, choose(described))
        return described, _table(process)


def read_blocks(
    task: str, source: Path, file: str, choose: Callable[[dict[str, Any]], list[str]], **request: Any
) -> Iterator[dict[str, Any]]:
    """Run a native reader that answers in blocks; yield its tables in order while it reads on.

    Parameters and errors are those of `read_confined`.
    """
    with _reader(task, source, file, request) as process:
        _say(process, choose(_table(process)))
        while (table := _answered(process)) is not None:
            yield table


@contextmanager
def _reader(task: str, source: Path | bytes, file: str, request: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a reader and give it its request; it ends with the block, and its death is one message."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    seconds = SECONDS + size // BYTES_A_SECOND
    asked = {
        "task": task,
        "path": None if isinstance(source, bytes) else str(source),
        "data": source if isinstance(source, bytes) else None,
        "memory": MEMORY + MEMORY_A_BYTE * size,
        "seconds": seconds,
        **request,
    }
    # One thread each: threads of numeric libraries reserve address space, which is limited here.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    process = subprocess.Popen(
        [sys.executable, "-I", str(_PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(PATIENCE * seconds, stop)
    clock.daemon = True
    clock.start()
    try:
        _say(process, asked)
        yield process
    except _Died:
        process.wait()
        hung = late.is_set() or process.returncode == -signal.SIGXCPU
        raise _death(file, process.returncode, hung, seconds) from None
    finally:
        clock.cancel()
        process.kill()
        process.communicate()


class _Died(Exception):
    """The process ended without an answer."""


def _say(process: subprocess.Popen[bytes], what: Any) -> None:
    assert process.stdin is not None
    try:
        pickle.dump(what, process.stdin, protocol=5)
        process.stdin.flush()
    except OSError:
        raise _Died from None


def _table(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Return the next answer, which has to come."""
    answer = _answered(process)
    if answer is None:
        raise _Died
    return answer


def _answered(process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
    """Return the next answer; None after the last."""
    assert process.stdout is not None
    try:
        answer = pickle.load(process.stdout)
    except (OSError, EOFError, pickle.UnpicklingError):
        raise _Died from None
    if answer[0] == "fault":
        if answer[1] == "MemoryError":
            raise _Died
        raise NativeFault(answer[1], answer[2])
    table: dict[str, Any] = answer[1]
    return None if answer[0] == "end" else table


def _death(file: str, code: int, hung: bool, seconds: int) -> Blocked:
    if hung:
        found = f"no end after {seconds} seconds of work"
    elif code < 0:
        found = f"the reader crashed on it (signal {-code})"
    else:
        found = "the reader needed more memory than a file of this size can"
    return Blocked(
        Fault(
            "the file is damaged, or built to harm: it cannot be read",
            file,
            found=found,
            action="open it in the program that wrote it and save it again, or send it again",
        )
    )
