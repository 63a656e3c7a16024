"""Programs that go on between the documents that they are asked for: starting one costs what a small document does."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


class _Program:
    """A process that answers each line that it is given with lines, until none comes."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None) -> None:
        # it lives as long as the process: a pipe that nobody reads meanwhile would fill
        self._faults = tempfile.TemporaryFile()  # noqa: SIM115
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=self._faults, cwd=folder, env=environment
        )

    def told(self, line: bytes, count: int) -> list[bytes]:
        """Return the lines that answer one, fewer where the program ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return []
        lines = [self._process.stdout.readline() for _ in range(count)]
        return [each for each in lines if each]

    def end(self, at_once: bool = False) -> str:
        """Have the program end, and return what it said of faults."""
        if at_once:
            self._process.kill()
        self._process.communicate()
        self._faults.seek(0)
        said = self._faults.read().decode(errors="replace")
        self._faults.close()
        return said


class ReadyPrograms:
    """Programs of one command, by the folder they work in: as many as are asked at once, each ready for the next."""

    def __init__(self) -> None:
        self._ready: dict[Path, list[_Program]] = {}
        self._all: list[_Program] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for program in self._all:
            program.end(at_once=kind is not None)

    def ask(
        self,
        command: Sequence[str],
        folder: Path,
        line: bytes,
        count: int,
        environment: Mapping[str, str] | None = None,
    ) -> tuple[list[bytes], str]:
        """Return the lines that answer one, and what the program said of faults where they are fewer than ``count``."""
        ready = self._ready.setdefault(folder, [])
        try:
            program = ready.pop()
        except IndexError:
            program = _Program(command, folder, environment)
            self._all.append(program)
        answers = program.told(line, count)
        if len(answers) == count:
            ready.append(program)
            return answers, ""
        self._all.remove(program)
        return answers, program.end()
