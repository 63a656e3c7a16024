"""Native readers under limits: a crash, a hang or a blow-up is one message; a good file comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ingest.faults import Blocked
from pipeline.ingest.readers import confined
from pipeline.ingest.readers.confined import NativeFault, read_confined

#: A reader that does what its file says.
PROGRAM = """
import importlib.util, os, signal, sys
spec = importlib.util.spec_from_file_location("native", {native!r})
native = importlib.util.module_from_spec(spec)
spec.loader.exec_module(native)
def act(request):
    chosen = yield {{"columns": ["a", "b"]}}
    does = request["data"].decode()
    if does == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    while does == "hang":
        pass
    if does == "swell":
        bytearray(1 << 40)
    if does == "write":
        os.write(os.open(request["beside"], os.O_CREAT | os.O_WRONLY), b"x")
    if does == "refuse":
        raise ValueError("no   such\\nthing")
    print("chatter on the standard output")
    yield {{"columns": {{name: [1] for name in chosen}}}}
native.READERS["act"] = act
answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
native.serve(sys.stdin.buffer, answers)
"""

Run = Callable[[str], dict[str, object]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(native=str(Path(confined.__file__).with_name("native.py"))), encoding="utf-8")
    monkeypatch.setattr(confined, "_PROGRAM", program)
    monkeypatch.setattr(confined, "SECONDS", 1)

    def read(does: str) -> dict[str, object]:
        beside = str(tmp_path / "written")
        return read_confined("act", does.encode(), "f.sav", lambda said: said["columns"][:1], beside=beside)[1]

    return read


def test_the_wanted_columns_come_back(run: Run) -> None:
    assert run("read") == {"columns": {"a": [1]}}


@pytest.mark.parametrize(
    ("does", "said"), [("crash", "signal 11"), ("hang", "no end after 1 seconds"), ("swell", "more memory")]
)
def test_the_death_of_a_reader_is_one_message(run: Run, does: str, said: str) -> None:
    with pytest.raises(Blocked) as caught:
        run(does)
    (fault,) = caught.value.faults
    assert fault.file == "f.sav"
    assert said in str(fault.found)


def test_a_reader_cannot_write_a_file(run: Run, tmp_path: Path) -> None:
    with pytest.raises((Blocked, NativeFault)):
        run("write")
    assert not (tmp_path / "written").exists() or not (tmp_path / "written").read_bytes()


def test_what_a_reader_says_of_a_bad_file_comes_on_one_line(run: Run) -> None:
    with pytest.raises(NativeFault) as caught:
        run("refuse")
    assert (caught.value.kind, caught.value.text) == ("ValueError", "no such thing")


def test_a_refusal_of_the_columns_ends_the_reader(run: Run) -> None:
    def refuse(_: dict[str, object]) -> list[str]:
        raise Blocked

    with pytest.raises(Blocked):
        read_confined("act", b"read", "f.sav", refuse)
