"""Hostile declarations from one seed: mutated evaluation, instrument and decisions files, and some built to harm.

As a program it loads each in turn within the bar of time and memory and prints how it ended, one JSON line a case:

    python -m tests.hostile_yaml FOLDER FIRST LAST
"""

from __future__ import annotations

import json
import resource
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SEED, SIZE = 20061208, 300
#: The bar of a hostile file: seconds, bytes of address space.
SECONDS, MEMORY = 30, 1 << 30
FILES = ("evaluation.yaml", "users.yaml", "decisions.yaml")
DECISIONS = b"""sites:
  - {source: users, received: Espace A, commune: "22278", site_id: S01, by: equipe, date: 2006-12-01, why: ancien nom}
  - {source: users, received: Espace B, site_id: null, by: equipe, date: 2006-12-01, why: hors du programme}
"""
_WORDS = (
    b"null",
    b"[]",
    b"{}",
    b"-1",
    b"1e400",
    b".nan",
    b".inf",
    b"~",
    b"2006-02-31",
    b"2006-13-45T99:99:99Z",
    b"0x",
    b"1:2:3",
    b"!!python/object/apply:os.system [ls]",
    b"!!int abc",
    b"!!binary \xff",
    b"!!set {a, b}",
    b"!!float x",
    b"*a",
    b"&a b",
    b"../../../../etc/passwd",
    b"/etc/passwd",
    b"C:\\\\x",
    b"\\0",
    b"~/x",
    b'"\\ud800"',
    b'"\\x00"',
    b"'",
    b'"',
    b"|",
    b">-",
    b"<<: {a: b}",
    b"? [a]",
    b"9" * 5000,
    b"0." + b"1" * 5000,
    b"\xc3\x28",
    "é".encode("utf-16"),
    b"\t- x",
    b"%YAML 9.9",
    b"yes",
    b"1_000",
    b"=",
    b"2006-11-13",
    b"[[[",
    b"a: b: c",
    b"--- x\n--- y",
    b"... \n",
    b"#",
    b"!<tag:x> y",
    b"100000000000000000000",
)


def built() -> Iterator[tuple[str, str, bytes]]:
    """Yield what was done, the name of the file, and its content: files built to harm."""
    laughs = b"a0: &a0 ha\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 10)
    )
    for name in FILES:
        yield "billion laughs", name, laughs
        yield "anchor of itself", name, b"a: &a [*a]\n"
        yield "deep list", name, b"sites: " + b"[" * 200_000
        yield "deep mapping", name, b"{a: " * 100_000
        yield "deep blocks", name, b"".join(b" " * i + b"a:\n" for i in range(3000))
        yield "deep dashes", name, b"sources:\n  " + b"- " * 100_000 + b"x\n"
        yield "huge text", name, b"title: " + b"a" * (30 << 20)
        yield "huge quoted text", name, b'title: "' + b"a\\n" * (10 << 20) + b'"'
        yield "huge key", name, b"a" * (5 << 20) + b": 1\n"
        yield "many keys", name, b"".join(b"k%d: %d\n" % (i, i) for i in range(200_000))
        yield "many items", name, b"sources: [" + b"x," * 300_000 + b"x]"
        yield "huge number", name, b"edition: " + b"9" * 1_000_000
        yield "zeros", name, bytes(100_000)
        yield "empty", name, b""
        yield "a word", name, b"bonjour"
        yield "a list", name, b"- a\n- b\n"
        yield "tabs", name, b"\t" * 50_000
        yield "merge key", name, b"<<: {title: {fr: x}}\n<<: {title: {fr: y}}\n"
        yield "two documents", name, b"title: x\n---\ntitle: y\n"
        yield "bytes", name, bytes(range(256)) * 100


def mutated(raw: bytes, rng: np.random.Generator) -> tuple[str, bytes]:
    """Return what was done, and the file truncated, flipped, or with a value or a line put elsewhere."""
    data, how = bytearray(raw), int(rng.integers(6))
    at = int(rng.integers(len(data)))
    if how == 0:
        return "truncated", bytes(data[:at])
    if how == 1:
        for place in rng.integers(len(data), size=rng.integers(1, 12)):
            data[place] ^= 1 << int(rng.integers(8))
        return "flipped", bytes(data)
    if how in (2, 3):
        # A value in the place of another: what people and programs do wrong most.
        lines = raw.split(b"\n")
        places = [i for i, line in enumerate(lines) if b": " in line]
        line = places[int(rng.integers(len(places)))]
        cuts = [i for i in range(len(lines[line])) if lines[line].startswith(b": ", i)]
        cut = cuts[int(rng.integers(len(cuts)))]
        word = _WORDS[int(rng.integers(len(_WORDS)))]
        tail = lines[line][cut + 2 :]
        ends = [e for e in (tail.find(b","), tail.find(b"}"), tail.find(b"]")) if e >= 0]
        lines[line] = lines[line][: cut + 2] + word + (tail[min(ends) :] if ends and how == 2 else b"")
        return f"value {word[:30]!r}", b"\n".join(lines)
    if how == 4:
        lines = raw.split(b"\n")
        a, b = (int(i) for i in rng.integers(len(lines), size=2))
        lines[a], lines[b] = lines[b], lines[a]
        return "lines exchanged", b"\n".join(lines)
    piece = bytes(data[at : at + int(rng.integers(1, 300))])
    return "repeated", bytes(data[:at]) + piece * int(rng.integers(2, 40)) + bytes(data[at:])


def hostile(honest: dict[str, bytes], size: int = SIZE, seed: int = SEED) -> Iterator[tuple[str, str, bytes]]:
    """Yield ``size`` cases: those built to harm, then mutations of the honest files."""
    rng = np.random.default_rng(seed)
    count = 0
    for case in built():
        count += 1
        yield case
    names = list(honest)
    while count < size:
        name = names[count % len(names)]
        count += 1
        what, raw = mutated(honest[name], rng)
        yield what, name, raw


def load_one(project: Path) -> str:
    """Return "loaded", or the message with which the declarations were refused."""
    from pipeline.errors import PipelineError
    from pipeline.evaluation import load
    from pipeline.ingest.faults import Blocked
    from pipeline.ingest.sites.decisions import load_decisions

    try:
        load_decisions(load("miniature", project), {"S01"})
    except PipelineError as refused:
        return str(refused)
    except Blocked as refused:
        return "\n".join(str(f) for f in refused.faults)
    return "loaded"


def main(project: Path, first: int, last: int) -> None:
    import pipeline.evaluation
    import pipeline.ingest.sites.decisions  # noqa: F401  before the memory is limited

    folder = project / "surveys" / "miniature"
    source = Path(__file__).parents[1] / "surveys" / "miniature"
    shutil.copytree(source, folder, dirs_exist_ok=True)
    (folder / "decisions.yaml").write_bytes(DECISIONS)
    honest = {name: (folder / name).read_bytes() for name in FILES}
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for i, (what, name, raw) in enumerate(hostile(honest)):
        if not first <= i < last:
            continue
        print(json.dumps({"case": i, "what": f"{name}: {what}"}), flush=True)
        (folder / name).write_bytes(raw)
        # Processor time: a busy machine is no fault of the file. The alarm ends what waits for nothing.
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.alarm(6 * SECONDS)
        try:
            end = load_one(project)
        except BaseException as fault:
            end = f"FAULT {type(fault).__name__}: {str(fault)[:300]}"
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
            (folder / name).write_bytes(honest[name])
        told = {"case": i, "end": end[:4000], "length": len(end), "seconds": time.process_time() - start}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
