"""One module, one evaluation question, with its own settings: from clean tables and weighted designs to results."""

from pipeline.analysis.plan import QUESTIONS, analyse, analyse_folder

__all__ = ["QUESTIONS", "analyse", "analyse_folder"]
