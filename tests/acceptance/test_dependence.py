"""A stage reads and imports nothing that its digest does not know: else a change would leave old output standing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.stages import grounds
from pipeline.stages.dependence import code_of
from pipeline.stages.order import STAGES
from tests.acceptance.conftest import ROOT

WATCHED = """
import json, sys
from pathlib import Path
stage, root, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
opened = set()
sys.addaudithook(lambda event, said: opened.add(str(said[0])) if event == "open" else None)
import importlib
from pipeline.evaluation import load
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress
evaluation = load("miniature", root)
module = importlib.import_module(f"pipeline.stages.{stage}")
opened.clear()
module.run(evaluation, out, Options(renderer="embedded", jobs=1), Progress(say=lambda text: None))
modules = {m.__file__ for n, m in sys.modules.items() if n.split(".")[0] == "pipeline" and getattr(m, "__file__", None)}
print(json.dumps({"opened": sorted(opened), "modules": sorted(modules)}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_reads_and_imports_only_what_its_digest_knows(built: Path, tmp_path: Path, stage: str) -> None:
    # every document is rendered, from all that it is made of
    shutil.rmtree(built / "build" / "miniature" / "cache", ignore_errors=True)
    run = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, stage, str(built), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout.splitlines()[-1])
    evaluation = load("miniature", built)
    code = {p.resolve() for p in code_of(stage, grounds.called(stage, evaluation))}
    assert {Path(p).resolve() for p in told["modules"]} - code == set()
    before = list(STAGES)[: list(STAGES).index(stage)]
    known = {p.resolve() for p in grounds.files_read(stage, evaluation)} | code
    known.add((built / "requirements.lock").resolve())
    if stage in ("state", "draw"):
        # what labels and figures take of words is in their settings
        known |= {p.resolve() for p in grounds.words_files(evaluation)}
    made = [evaluation.stage(name).resolve() for name in before]
    read = {Path(p).resolve() for p in told["opened"]}
    ours = {p for p in read if p.is_file() and (built.resolve() in p.parents or ROOT / "pipeline" in p.parents)}
    unknown = {p for p in ours - known if p.suffix != ".pyc" and not any(m in p.parents for m in made)}
    if stage == "publish":
        # its own last pages, by which it finds the paragraphs that changed: what it makes does not depend on them
        unknown = {p for p in unknown if evaluation.stage(stage).resolve() not in p.parents}
        # which printings stand beside is in its settings
        known.add((evaluation.site / "manifest.json").resolve())
        unknown -= known
        # the manifest names all code and all inputs of the stages before, whose digests this one knows
        package = ROOT / "pipeline"
        earlier = {p.resolve() for name in before for p in grounds.files_read(name, evaluation)}
        unknown = {p for p in unknown - earlier - {evaluation.folder / "truth.yaml"} if package not in p.parents}
    assert sorted(str(p) for p in unknown) == []
