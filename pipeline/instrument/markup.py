"""XML files from outside: parsed without entities, external references or unbounded size."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from pipeline.errors import PipelineError

#: The largest questionnaire seen is 5 MB; more is no questionnaire.
LARGEST = 64 << 20


def parsed_xml(path: Path, what: str, error: type[PipelineError]) -> Element:
    """Return the root of an XML file.

    Raises
    ------
    PipelineError
        Of class ``error``: the file is missing, too large, damaged, or declares entities (they can be made to explode).
    """
    import defusedxml.ElementTree
    from defusedxml import DefusedXmlException

    try:
        if path.stat().st_size > LARGEST:
            raise error(f"the {what} is too large", where=path.name, allowed=f"at most {LARGEST >> 20} MB")
        root: Element = defusedxml.ElementTree.parse(path).getroot()
        return root
    except DefusedXmlException as fault:
        raise error(
            f"the {what} declares entities or refers outside itself",
            where=path.name,
            found=type(fault).__name__,
            action="export it again; a file from the tool itself has none",
        ) from None
    except OSError as fault:
        raise error(f"the {what} cannot be read ({fault.strerror})", where=str(path)) from None
    except (SyntaxError, ValueError, LookupError, RecursionError) as fault:
        line = getattr(fault, "position", (None,))[0]
        raise error(
            f"the {what} is not readable XML: {' '.join(str(fault).split())}",
            where=f"{path.name}:{line}" if line else path.name,
            action="send the file again",
        ) from None
