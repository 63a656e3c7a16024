"""Apache Spark as the engine of large files: a session on this machine, or a cluster that exists.

Nothing is distributed by hand: visits are written as Parquet where the workers can read them, and Spark runs the same
queries as duckdb.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.ingest.attendance.streamed.engine import VISIT, Engine, Lookup, declare, sql_of
from pipeline.ingest.faults import Blocked, Fault

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: The address of a session on this machine, with all its processors.
HERE = "local[*]"
#: Parts of an answer on one machine; the usual 200 are for clusters.
_PARTS = "8"
#: What Spark is told of every session: no page of its own, columns by Arrow, days and times without a zone.
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
}


@functools.cache
def session(address: str) -> Any:
    """Return the session of Spark at an address (``spark``: on this machine), begun once a process.

    Raises
    ------
    Blocked
        Spark, or the Java that it runs on, is not installed, or nobody answers at the address.
    """
    try:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.appName("evaluation-pipeline")
        for key, value in _SETTINGS.items():
            builder = builder.config(key, value)
        if address.startswith("sc://"):
            return builder.remote(address).getOrCreate()
        if address == "spark" or address.startswith("local"):
            builder = builder.config("spark.sql.shuffle.partitions", _PARTS)
        return builder.master(HERE if address == "spark" else address).getOrCreate()
    except Exception as fault:
        raise Blocked(
            Fault(
                "Apache Spark cannot be reached",
                "evaluation.yaml, key engine",
                found=f"{address}: {' '.join(str(fault).split())[:200]}",
                allowed="duckdb, spark (a session on this machine), or the address of a cluster, as spark://host:7077",
                action="install the extra `spark` and Java 17, start the cluster, or take `engine:` out",
            )
        ) from None


class Spark(Engine):
    """The engine of a cluster. ``scratch``, where visits wait as Parquet, is a folder that its workers can read."""

    def __init__(self, scratch: Path, address: str) -> None:
        super().__init__()
        self.scratch = scratch
        self.session = session(address)
        self.writer: pq.ParquetWriter | None = None

    def _put(self, name: str, table: pa.Table) -> None:
        self.session.createDataFrame(_plain(table)).createOrReplaceTempView(name)

    def add(self, block: pa.Table) -> None:
        """Add a block of visits."""
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.scratch / "visit.parquet", block.schema)
            self.tables[VISIT] = declare(VISIT, block.schema)
        self.writer.write_table(block)

    def all_added(self) -> None:
        """Let Spark read the visits."""
        if self.writer is not None:
            self.writer.close()
            self.session.read.parquet(str(self.scratch / "visit.parquet")).createOrReplaceTempView(VISIT)

    def frame(self, query: ir.Table) -> pd.DataFrame:
        """Return the answer of a query."""
        frame: pd.DataFrame = self._asked(query).toArrow().to_pandas()
        return frame

    def keep(self, name: str, query: ir.Table) -> ir.Table:
        """Keep the answer of a query, in the memory of the workers as far as it goes."""
        import ibis

        self._asked(query).cache().createOrReplaceTempView(name)
        self.tables[name] = ibis.table(query.schema(), name=name)
        return self.tables[name]

    def repeated(self, numbers: ir.Table) -> np.ndarray:
        """Return the repeated numbers."""
        column = numbers.columns[0]
        counted = numbers.group_by(column).aggregate(times=numbers.count())
        return self.array(counted.filter(counted["times"] > 1).select(column))

    def write(self, coded: ir.Table, lookups: Mapping[str, Lookup], path: Path) -> None:
        """Write visits, in any order."""
        query = coded
        for name, at in lookups.items():
            held = at.table.select(**{f"{name}__code": at.table[at.key], f"{name}__value": at.table[at.value]})
            query = query.inner_join(held, query[name] == held[f"{name}__code"])
        columns = {c: query[f"{c}__value" if c in lookups else c] for c in coded.columns}
        query = query.select(**columns)
        folder = self.scratch / "written"
        self._asked(query).coalesce(1).write.mode("overwrite").parquet(str(folder))
        (part,) = folder.glob("part-*.parquet")
        shutil.move(part, path)

    def _asked(self, query: ir.Table) -> Any:
        return self.session.sql(sql_of(query, "spark"))


def _plain(table: pa.Table) -> pa.Table:
    """Return a table in types that Spark reads: texts by themselves, whole numbers with a sign."""
    fields = [pa.field(f.name, pa.string() if _is_text(f.type) else f.type, nullable=True) for f in table.schema]
    return table.cast(pa.schema(fields))


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
