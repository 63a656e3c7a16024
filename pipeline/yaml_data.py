"""YAML data of the package, each file beside the module that reads it, and the parser that all YAML is read by."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

#: libyaml where PyYAML was built with it: ten times faster than the parser in Python.
PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@functools.cache
def data_beside(module: str, name: str | None = None) -> dict[str, Any]:
    """Return what a YAML file of the package says, read once.

    Parameters
    ----------
    module : the ``__file__`` of the module that it belongs to.
    name : of the file in the same folder; that of the module by default.
    """
    path = Path(module)
    path = path.with_suffix(".yaml") if name is None else path.with_name(name)
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=PARSER)
    return content
