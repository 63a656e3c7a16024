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


def test_a_page_that_no_other_leads_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="a.html">a</a>')
    (tmp_path / "a.html").write_text('<a href="index.html">home</a>')
    check_links(tmp_path)
    (tmp_path / "lost.html").write_text('<a href="lost.html#x">itself</a><h2 id="x">x</h2>')
    with pytest.raises(PublishError) as fault:
        check_links(tmp_path)
    assert "lost.html" in str(fault.value)


def test_a_link_to_what_will_stand_beside_the_site_holds(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href="editions/2005/index.html">2005</a>', encoding="utf-8")
    with pytest.raises(PublishError, match="lead nowhere"):
        check_links(tmp_path)
    check_links(tmp_path, {"editions/2005/index.html"})
