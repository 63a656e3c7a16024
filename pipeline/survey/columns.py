"""Calibration variables of many rows: categories of margins and numeric columns, never a dense matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy import sparse

from pipeline.survey.structure import Floats, Ints, grouped


@dataclass(frozen=True, eq=False)
class Columns:
    """K calibration variables of r rows: one indicator a category, then the numeric columns.

    codes : for each margin the category (r,) of each row. sizes : categories of each margin. values : (r, p).
    """

    codes: tuple[Ints, ...]
    sizes: tuple[int, ...]
    values: Floats

    @property
    def width(self) -> int:
        """Number K of variables."""
        return sum(self.sizes) + self.values.shape[1]

    @cached_property
    def starts(self) -> list[int]:
        """Position of the first category of each margin, then of the numeric columns."""
        return [0, *np.cumsum(self.sizes).tolist()]

    @cached_property
    def pairs(self) -> dict[tuple[int, int], Ints]:
        """Joint category (r,) of every two margins."""
        return {
            (i, j): self.codes[i] * self.sizes[j] + self.codes[j] for i, j in combinations(range(len(self.codes)), 2)
        }

    def times(self, b: Floats) -> Floats:
        """Return X b (r,)."""
        out = self.values @ b[self.starts[-1] :]
        for code, start, size in zip(self.codes, self.starts, self.sizes, strict=False):
            out += b[start : start + size][code]
        return out

    def sums(self, v: Floats) -> Floats:
        """Return X' v (K,)."""
        parts = [grouped(code, v, size) for code, size in zip(self.codes, self.sizes, strict=True)]
        return np.concatenate([*parts, v @ self.values])

    def gram(self, weight: Floats) -> Floats:
        """Return X' diag(weight) X (K, K)."""
        out = np.zeros((self.width, self.width))
        numeric = slice(self.starts[-1], self.width)
        weighted = self.values * weight[:, None]
        for i, (code, start, size) in enumerate(zip(self.codes, self.starts, self.sizes, strict=False)):
            block = slice(start, start + size)
            out[block, block] = np.diag(grouped(code, weight, size))
            for j in range(i + 1, len(self.codes)):
                other = slice(self.starts[j], self.starts[j] + self.sizes[j])
                cells = grouped(self.pairs[i, j], weight, size * self.sizes[j]).reshape(size, -1)
                out[block, other], out[other, block] = cells, cells.T
            for k in range(weighted.shape[1]):
                column = grouped(code, weighted[:, k], size)
                out[block, numeric.start + k] = out[numeric.start + k, block] = column
        out[numeric, numeric] = self.values.T @ weighted
        return out

    def domain_sums(self, domain: Ints, domains: int, values: Floats) -> Floats:
        """Return X' V (K, domains * p) for V (r, domains * p) that holds p values (p, r) in the columns of a domain."""
        p = len(values)
        out = np.empty((self.width, domains * p))
        for code, start, size in zip(self.codes, self.starts, self.sizes, strict=False):
            key = code * domains + domain
            for j, value in enumerate(values):
                out[start : start + size, j::p] = grouped(key, value, size * domains).reshape(size, domains)
        for k in range(self.values.shape[1]):
            for j, value in enumerate(values):
                out[self.starts[-1] + k, j::p] = grouped(domain, value * self.values[:, k], domains)
        return out

    def take(self, rows: Ints) -> Columns:
        """Return the variables of some rows."""
        return Columns(tuple(code[rows] for code in self.codes), self.sizes, self.values[rows])

    def matrix(self, rows: Ints, n: int) -> sparse.csr_array:
        """Return X as a sparse (n, K) matrix with these rows at the positions `rows`, zero elsewhere."""
        numeric = self.starts[-1] + np.arange(self.values.shape[1])
        place = np.empty((len(rows), len(self.codes) + len(numeric)), dtype=np.int32)
        data = np.ones(place.shape)
        for i, code in enumerate(self.codes):
            place[:, i] = code + self.starts[i]
        place[:, len(self.codes) :] = numeric
        data[:, len(self.codes) :] = self.values
        counts = np.zeros(n + 1, dtype=np.int32)
        counts[rows + 1] = place.shape[1]
        return sparse.csr_array((data.ravel(), place.ravel(), np.cumsum(counts)), shape=(n, self.width))


def margin_columns(codes: Sequence[Ints], sizes: Sequence[int], values: Floats | None = None) -> Columns:
    """Return the columns of margins, with numeric values (r, p) when given."""
    empty = np.empty((len(codes[0]), 0)) if values is None else values
    return Columns(tuple(codes), tuple(sizes), empty)
