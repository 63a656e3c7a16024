"""Ingest opens no socket, starts nothing that does, and writes nothing outside its own folder and the key's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from .conftest import Make, codes, question

#: Runs ingest in a process of its own, where every attempt to open a connection or to write a file is recorded; the
#: process that runs the rules inherits the same hook through sitecustomize.
WATCH = """
import json, os, sys

def seen(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        told = str(arguments[1] if event == "socket.connect" else arguments)
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        if not isinstance(arguments[0], (str, bytes)):
            return
        event, told = "write", os.path.abspath(os.fsdecode(arguments[0]))
    elif event in ("os.mkdir", "os.rename"):
        told = os.path.abspath(os.fsdecode(arguments[0]))
    else:
        return
    descriptor = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, (json.dumps([os.getpid(), event, told]) + "\\n").encode())
    os.close(descriptor)

sys.addaudithook(seen)
"""
RUN = """
from pathlib import Path
from pipeline.evaluation import load
from pipeline.ingest import ingest
if __name__ == "__main__":
    root = Path({root!r})
    out = root / "build" / "essai" / "ingest"
    out.mkdir(parents=True)
    ingest(load("essai", root), out)
"""


@pytest.mark.slow
def test_ingest_opens_no_connection_and_writes_below_build_only(make: Make, tmp_path: Path) -> None:
    asked = [
        question("id", "key", role="respondent"),
        question("q", "single", codes=codes(1, 2)),
        question("mail", "text", role="identifier"),
    ]
    make(asked, "id;q;mail\n" + "".join(f"{i};{1 + i % 2};p{i}@exemple.invalid\n" for i in range(60)) + "70;9;x\n")
    hooks, work = tmp_path / "hooks", tmp_path / "elsewhere"
    hooks.mkdir()
    work.mkdir()
    (hooks / "sitecustomize.py").write_text(WATCH)
    (work / "run.py").write_text(RUN.format(root=str(tmp_path)))
    watched = hooks / "events.txt"
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": f"{hooks}:{root}", "WATCHED": str(watched), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as temporary:
        env |= {"TMPDIR": temporary, "HOME": str(work)}
        run = subprocess.run([sys.executable, "run.py"], cwd=work, env=env, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    events = [json.loads(line) for line in watched.read_text().splitlines()]
    # what is allowed: urllib3, when imported, binds a socket of the loopback to see whether there is IPv6; the server
    # of workers is asked by a socket that is a file of this machine, in the folder of temporary files
    allowed = ("('::1', 0))", f"{temporary}/pymp-")
    sockets = [e for e in events if e[1].startswith("socket.") and not any(each in e[2] for each in allowed)]
    assert sockets == []
    own = (temporary, str(tmp_path / "build"), str(tmp_path / "data" / "raw"), str(watched), "/dev/")
    assert [e for e in events if e[1] in ("write", "os.mkdir", "os.rename") and not e[2].startswith(own)] == []
    # the hook was in both processes: this one and the one that runs the rules
    assert len({e[0] for e in events}) >= 2
    assert (tmp_path / "build" / "essai" / "ingest" / "account.parquet").is_file()
