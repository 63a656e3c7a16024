"""The page in a browser: readable on a telephone, nothing scrolls sideways but tables in their own region."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.publish.render.conftest import Rendered

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

FRAME = """<!DOCTYPE html><title>x</title><iframe src="{page}" style="width:{width}px;height:900px;border:0"></iframe>
<script>
addEventListener("load", () => {{
  const doc = document.querySelector("iframe").contentDocument;
  const out = document.createElement("pre");
  const header = doc.querySelector("main h1").getBoundingClientRect();
  out.textContent = "WIDTH=" + doc.documentElement.scrollWidth + " TITLE=" + Math.round(header.right);
  document.body.append(out);
}});
</script>"""


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_scrolls_sideways(rendered: Rendered, tmp_path: Path, width: int) -> None:
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(page=rendered.html.as_uri(), width=width), encoding="utf-8")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
        f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=4000", "--dump-dom", frame.as_uri(),
    ]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    found = re.search(r"WIDTH=(\d+) TITLE=(\d+)", dom)
    assert found, dom[-500:]
    assert int(found.group(1)) <= width
    assert 0 < int(found.group(2)) <= width
