"""veraPDF finds nothing in what is rendered; where its jars are absent, that is said and the test is skipped."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from tests.publish.render.conftest import Rendered
from tests.verapdf import missing, violations

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def test_a_rendered_document_is_pdf_ua_and_pdf_a(rendered: Rendered) -> None:
    assert violations(rendered.pdf) == []


def test_a_document_without_tags_is_neither(rendered: Rendered, tmp_path: Path) -> None:
    stripped = tmp_path / "stripped.pdf"
    with pikepdf.open(rendered.pdf) as pdf:
        del pdf.Root["/StructTreeRoot"]
        del pdf.Root["/Lang"]
        pdf.save(stripped)
    assert any(each.startswith("PDFUA_1") for each in violations(stripped))
