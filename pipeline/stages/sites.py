"""The page beside the sites of a project that leads to each of them."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation, load
from pipeline.publish.annex.label_texts import LabelTexts, label_texts
from pipeline.publish.documents.site import folder_of
from pipeline.publish.documents.sites import SHOWN, Site, sites_page
from pipeline.publish.render.inlining import style


def index_of_sites(root: Path) -> Path:
    """Write the page that leads to every published site of a project, in each language; return the one to open.

    Raises
    ------
    PublishError
        Where no site has been published.
    """
    folder = root / "reports" / "_site"
    declared = {path.parent.name for path in (root / "surveys").glob("*/evaluation.yaml")}
    published = [path.parent.name for path in sorted(folder.glob("*/index.html"))]
    known = [load(name, root) for name in published if name in declared]
    if not known:
        raise PublishError(
            "no site has been published", where=str(folder), action="run `python -m pipeline report NAME` first"
        )
    languages = list(dict.fromkeys(lang for each in known for lang in each.settings.languages))
    # the first is the one to open
    pages = {lang: f"index.{lang}.html" if i else "index.html" for i, lang in enumerate(languages)}
    texts = label_texts(root, languages, "_sites")
    css = style(root / "reports" / "theme" / "report.css")
    for lang, name in pages.items():
        said = {key: texts.say(key)[lang] for key in ("title", "intro", "edition")}
        others = {page: texts.say("here")[other] for other, page in pages.items() if other != lang}
        sites = [_site(each, texts, lang) for each in known]
        (folder / name).write_text(sites_page(sites, said, lang, css, others), encoding="utf-8")
    return folder / pages[languages[0]]


def _site(evaluation: Evaluation, texts: LabelTexts, lang: str) -> Site:
    settings = evaluation.settings
    spoken = lang if lang in settings.languages else settings.languages[0]
    place = folder_of(spoken, settings.languages)
    here = evaluation.site / place
    by = settings.commissioned_by
    return Site(
        f"{evaluation.name}/{place}".rstrip("/"),
        settings.title.in_language(spoken),
        by.in_language(spoken) if by else "",
        settings.edition,
        texts.say("synthetic")[lang] if settings.synthetic else "",
        {name: texts.say(name)[lang] for name in SHOWN if (here / f"{name}.html").is_file()},
        spoken,
    )
