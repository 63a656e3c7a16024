"""Where the visits of a large file are counted: duckdb on this machine, or Apache Spark.

Queries are Ibis expressions, written once (`queries`); an engine compiles them to its own SQL and runs them. Ibis is
used as a compiler alone: no connection of its own, nothing registered with it.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Memory of duckdb; what needs more goes to its folder for temporary files.
MEMORY = "600MB"
#: Numbers compared at once in memory: 8 bytes each, and as much again for their order.
NUMBERS_AT_ONCE = 10_000_000
#: Lines of the file whose visits are written at once.
LINES_AT_ONCE = 1_000_000
#: A column of more different values is written value by value.
FEW = 30_000
#: The table of the visits.
VISIT = "visit"
Dialect = Literal["duckdb", "spark"]


def declare(name: str, kept: pa.Schema) -> ir.Table:
    """Return a table of an engine as expressions see it: its name, and the types of its columns."""
    import ibis

    return ibis.table({column.name: _kind(column.type) for column in kept}, name=name)


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "string"
    if pa.types.is_timestamp(kind):
        return "timestamp"
    return {"bool": "boolean", "double": "float64", "null": "string"}.get(str(kind), str(kind))


@dataclass(frozen=True)
class Lookup:
    """Where the values that codes stand for are held: in ``value`` of a table, beside the code in ``key``.

    ``code`` is the column of the visits that has the codes.
    """

    table: ir.Table
    code: str
    key: str
    value: str


class Engine(ABC):
    """Tables of one large file, and the queries over them.

    ``tables`` holds every table that was put, as expressions see it; among them `VISIT`: ``line``, and codes of the
    kept columns.
    """

    def __init__(self) -> None:
        self.tables: dict[str, ir.Table] = {}

    @property
    def visit(self) -> ir.Table:
        """Return the visits."""
        return self.tables[VISIT]

    def put(self, name: str, frame: pd.DataFrame) -> ir.Table:
        """Keep a small frame as a table."""
        table = pa.Table.from_pandas(frame, preserve_index=False)
        self._put(name, table)
        self.tables[name] = declare(name, table.schema)
        return self.tables[name]

    def array(self, query: ir.Table) -> np.ndarray:
        """Return the first column of the answer of a query."""
        return self.frame(query).iloc[:, 0].to_numpy()

    @abstractmethod
    def _put(self, name: str, table: pa.Table) -> None: ...

    @abstractmethod
    def add(self, block: pa.Table) -> None:
        """Add a block of visits; the first says what columns they have."""

    @abstractmethod
    def all_added(self) -> None:
        """Make the visits ready for queries."""

    @abstractmethod
    def frame(self, query: ir.Table) -> pd.DataFrame:
        """Return the answer of a query."""

    @abstractmethod
    def keep(self, name: str, query: ir.Table) -> ir.Table:
        """Keep the answer of a query as a table."""

    @abstractmethod
    def repeated(self, numbers: ir.Table) -> np.ndarray:
        """Return, in any order, the whole numbers that a table of one column has more than once."""

    @abstractmethod
    def write(self, coded: ir.Table, lookups: Mapping[str, Lookup], path: Path) -> None:
        """Write visits as one Parquet file: the answer of a query, with the values that its codes stand for.

        coded : has ``_line``, the line of the file where each visit stands.
        """


class Duckdb(Engine):
    """The engine of one machine; what does not fit into its memory goes to ``scratch``."""

    def __init__(self, scratch: Path) -> None:
        import duckdb

        super().__init__()
        self.connection = duckdb.connect(str(scratch / "visits.duckdb"))
        self.connection.execute(f"SET memory_limit='{MEMORY}'")
        self.connection.execute(f"SET temp_directory='{scratch.as_posix()}'")

    def _put(self, name: str, table: pa.Table) -> None:
        self.connection.register("_frame", table)
        self.connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM _frame')
        self.connection.unregister("_frame")

    def add(self, block: pa.Table) -> None:
        """Add a block of visits."""
        self.connection.register("_block", block)
        if VISIT in self.tables:
            self.connection.execute(f"INSERT INTO {VISIT} SELECT * FROM _block")
        else:
            self.connection.execute(f"CREATE TABLE {VISIT} AS SELECT * FROM _block")
            self.tables[VISIT] = declare(VISIT, block.schema)
        self.connection.unregister("_block")

    def all_added(self) -> None:
        """Do nothing: blocks are in place."""

    def frame(self, query: ir.Table) -> pd.DataFrame:
        """Return the answer of a query."""
        frame: pd.DataFrame = self.connection.execute(sql_of(query, "duckdb")).df()
        return frame

    def array(self, query: ir.Table) -> np.ndarray:
        """Return the first column of the answer of a query."""
        return np.asarray(next(iter(self.connection.execute(sql_of(query, "duckdb")).fetchnumpy().values())))

    def keep(self, name: str, query: ir.Table) -> ir.Table:
        """Keep the answer of a query as a table."""
        import ibis

        self.connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {sql_of(query, "duckdb")}')
        self.tables[name] = ibis.table(query.schema(), name=name)
        return self.tables[name]

    def repeated(self, numbers: ir.Table) -> np.ndarray:
        """Return the repeated numbers; in parts, sorted by NumPy, which needs a tenth of the memory of groups."""
        column = numbers.columns[0]
        parts = 1 + int(self.array(numbers.count().as_table())[0]) // NUMBERS_AT_ONCE
        found = [np.empty(0, dtype=np.int64)]
        for part in range(parts):
            each = np.sort(self.array(numbers.filter(numbers[column] % parts == part)))
            found.append(np.unique(each[1:][each[1:] == each[:-1]]))
        return np.concatenate(found)

    def write(self, coded: ir.Table, lookups: Mapping[str, Lookup], path: Path) -> None:
        """Write visits in the order of their lines, block by block; a text of few values is written once a block."""
        held = {c: self._values(at) for c, at in lookups.items()}
        last = int(self.array(self.visit["line"].max().as_table())[0])
        block = f"SELECT * FROM ({sql_of(coded, 'duckdb')}) WHERE _line >= ? AND _line < ? ORDER BY _line"
        writer: pq.ParquetWriter | None = None
        for start in range(0, last + 1, LINES_AT_ONCE):
            rows = self.connection.sql(block, params=[start, start + LINES_AT_ONCE]).to_arrow_table()
            for at, name in enumerate(rows.column_names):
                if name in held:
                    rows = rows.set_column(at, name, held[name].of(rows.column(name).to_numpy()))
            # readers meet texts, not the codes of this file
            writer = writer or pq.ParquetWriter(path, rows.schema, store_schema=False)
            writer.write_table(rows)
        if writer is not None:
            writer.close()

    def _values(self, at: Lookup) -> Coded:
        rows = at.table.select(key=at.table[at.key], value=at.table[at.value]).order_by("key")
        found = self.connection.sql(sql_of(rows, "duckdb")).to_arrow_table().combine_chunks()
        return Coded.of_values(found["key"].to_numpy(), found["value"].combine_chunks())


@dataclass(frozen=True)
class Coded:
    """The values of a column, and where each code stands among the different ones (-1: a missing one)."""

    places: np.ndarray
    values: pa.Array

    @classmethod
    def of_values(cls, codes: np.ndarray, values: pa.Array) -> Coded:
        """Return the values of some codes."""
        different = values.dictionary_encode()
        places = np.full(int(codes.max()) + 1, -1, dtype=np.int32)
        places[codes] = different.indices.fill_null(-1).to_numpy()
        return cls(places, different.dictionary)

    def of(self, codes: np.ndarray) -> pa.Array:
        """Return the value of each code of a block."""
        places = self.places[codes]
        found = pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), self.values)
        few = len(self.values) <= FEW and pa.types.is_string(self.values.type)
        return found if few else found.dictionary_decode()


@functools.cache
def _compiler(dialect: Dialect) -> Any:
    import ibis
    from ibis.backends.sql.compilers import DuckDBCompiler, PySparkCompiler

    if dialect == "duckdb":
        return DuckDBCompiler()
    # its options are known once the backend is loaded
    return PySparkCompiler() if ibis.pyspark else None


def sql_of(query: ir.Table, dialect: Dialect) -> str:
    """Return a query as the SQL of an engine."""
    compiler = _compiler(dialect)
    return str(compiler.to_sqlglot(query).sql(dialect=compiler.dialect))
