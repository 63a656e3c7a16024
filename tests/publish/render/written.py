"""What Pandoc writes of Markdown as the documents write it."""

import subprocess

from pipeline.publish.render import pandoc

#: Formats as Pandoc calls them, by what a folded text calls them.
WRITERS = {"html": "html", "typst": "typst-smart"}


def written(text: str, to: str) -> str:
    """Return what Pandoc writes of a text in a format, each line as long as it is."""
    reader = f"--from={pandoc.READER}"
    command = [pandoc.executable(), reader, f"--to={to}", "--wrap=none", "--columns=80"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()
