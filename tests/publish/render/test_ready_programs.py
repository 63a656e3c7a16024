"""Programs that go on: each answers one line after another, and none remains."""

import os
import threading
from pathlib import Path

import pytest

from pipeline.publish.render.ready_programs import ReadyPrograms

#: Answers each line with the number of its process, twice.
ANSWERS = ["sh", "-c", "while read line; do echo $$; echo $$; done"]
FAILS = ["sh", "-c", "read line; echo $$; echo what went wrong >&2; exit 1"]


def _is_running(process: bytes) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True


def test_a_program_answers_one_line_after_another_and_ends_with_the_block(tmp_path: Path) -> None:
    with ReadyPrograms() as programs:
        answers = [programs.ask(ANSWERS, tmp_path, b"line", 2) for _ in range(3)]
        (process,) = {told for lines, _ in answers for told in lines}
        assert [(len(lines), faults) for lines, faults in answers] == [(2, "")] * 3
        assert _is_running(process)
    assert not _is_running(process)


def test_each_folder_and_each_that_asks_at_once_has_a_program(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    slow = ["sh", "-c", "while read line; do sleep 0.5; echo $$; pwd; done"]
    found: list[list[bytes]] = []
    with ReadyPrograms() as programs:

        def ask(folder: Path) -> None:
            found.append(programs.ask(slow, folder, b"line", 2)[0])

        threads = [threading.Thread(target=ask, args=(folder,)) for folder in (tmp_path, tmp_path, tmp_path / "en")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({process for process, _ in found}) == 3
    assert sorted(Path(folder.decode().strip()).name for _, folder in found) == sorted([tmp_path.name] * 2 + ["en"])


def test_a_program_that_ends_tells_why_and_another_takes_its_place(tmp_path: Path) -> None:
    with ReadyPrograms() as programs:
        told = [programs.ask(FAILS, tmp_path, b"line", 2) for _ in range(2)]
    assert [(len(lines), faults) for lines, faults in told] == [(1, "what went wrong\n")] * 2
    assert told[0][0] != told[1][0]


def test_a_program_that_goes_on_by_itself_ends_where_the_block_fails(tmp_path: Path) -> None:
    goes_on = ["sh", "-c", "read line; echo $$; exec sleep 600"]
    told: list[bytes] = []

    def fail() -> None:
        with ReadyPrograms() as programs:
            told.extend(programs.ask(goes_on, tmp_path, b"line", 1)[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert not _is_running(told[0])
