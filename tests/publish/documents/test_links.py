"""Links of a site lead somewhere."""

from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.publish.documents.links import check_links


def test_a_link_or_anchor_that_leads_nowhere_is_refused_with_its_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#there">b</a><a href="https://example.org">x</a>')
    (tmp_path / "b.html").write_text('<h2 id="there">b</h2>')
    check_links(tmp_path)
    (tmp_path / "b.html").write_text('<h2 id="elsewhere">b</h2><a href="c.pdf">c</a>')
    with pytest.raises(PublishError) as fault:
        check_links(tmp_path)
    assert "a.html -> b.html#there" in str(fault.value)
    assert "b.html -> c.pdf" in str(fault.value)
