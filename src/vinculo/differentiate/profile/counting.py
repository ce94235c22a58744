"""Counting: the days of customers counted from lines, a stretch of days at a time, and set down by bucket of customers.

Counting wants whole days, and what follows wants whole customers. So a large base is counted in stretches of days, each
line once, and every stretch is set down in as many files as there are buckets of customers; a bucket then takes up its
file of every stretch. A stretch holds whole days and a bucket whole customers: nothing is counted twice or brought
together again, and each could be a task of its own on a cluster.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from vinculo.differentiate.profile.codes import Codes
from vinculo.differentiate.settings import Settings
from vinculo.warehouse import queries
from vinculo.warehouse.engine import Engine

FOLDER = "counted_days"
"""Working folder beside the tables of the run; gone when the last bucket has been taken up."""


@dataclass(frozen=True)
class Stretch:
    """The days from `first` up to, not including, `end`."""

    first: date
    end: date


@dataclass(frozen=True)
class Count:
    """How lines are counted: by which codes, as of which day, into how many buckets."""

    engine: Engine
    settings: Settings
    codes: Codes
    buckets: int

    @property
    def whole(self) -> Stretch:
        """Return all days that count."""
        return Stretch(date.min, self.settings.as_of + timedelta(days=1))

    def of(self, stretch: Stretch, lines: str = "SELECT * FROM order_lines") -> pa.Table:
        """Count the days of every customer within a stretch, from the lines that a query gives."""
        self.engine.run(f"CREATE OR REPLACE TEMP VIEW counted_lines AS {lines}")
        marks = self.codes.mark_bits
        return self.engine.rows(
            queries.load(__package__, "day_parts"),
            first=stretch.first,
            end=stretch.end,
            margin_share=self.settings.costs.margin_share,
            goods_unit=1 << (marks + self.codes.channel_bits),
            channel_unit=1 << marks,
            mark_mask=(1 << marks) - 1,
            bucket_mask=self.buckets - 1,
        )

    def stretches(self) -> list[Stretch]:
        """Cut the days into stretches of about `bucket_lines` lines."""
        if self.buckets == 1:
            return [self.whole]
        days = self.engine.rows(queries.load(__package__, "lines_by_day"), as_of=self.settings.as_of)
        starts, lines = [self.whole.first], 0
        for day, count in zip(days["day"].to_pylist(), days["lines"].to_pylist(), strict=True):
            if lines and lines + count > self.settings.habits.bucket_lines:
                starts.append(day)
                lines = 0
            lines += count
        return [Stretch(*bounds) for bounds in zip(starts, [*starts[1:], self.whole.end], strict=True)]


def buckets_of(lines: int, bucket_lines: int) -> int:
    """Return how many buckets, a power of two, keep each at about `bucket_lines` lines.

    >>> buckets_of(100_000_000, 16_000_000)
    8
    """
    return 1 << (max(-(-lines // bucket_lines), 1) - 1).bit_length()


def by_bucket(count: Count, staging: Path) -> Iterator[pa.Table]:
    """Yield the counted days of one bucket of customers after the other."""
    stretches = count.stretches()
    if len(stretches) == 1 and count.buckets == 1:
        yield count.of(stretches[0])
        return
    folder = staging / FOLDER
    folder.mkdir(parents=True)
    for number, stretch in enumerate(stretches):
        set_down(count.of(stretch), folder, number, count.buckets)
    for bucket in range(count.buckets):
        yield taken_up(folder, bucket, len(stretches))
    shutil.rmtree(folder)


def set_down(counted: pa.Table, folder: Path, number: int, buckets: int) -> None:
    """Write a counted stretch, one file a bucket."""
    for bucket in range(buckets):
        part = counted.filter(pa.compute.equal(counted["bucket"], bucket))
        with pa.ipc.new_file(path_of(folder, bucket, number), part.schema) as writer:
            writer.write_table(part)


def taken_up(folder: Path, bucket: int, stretches: int) -> pa.Table:
    """Return the counted days of a bucket; what its files hold is read when it is used."""
    parts = []
    for number in range(stretches):
        with pa.memory_map(str(path_of(folder, bucket, number))) as file:
            parts.append(pa.ipc.open_file(file).read_all())
    return pa.concat_tables(parts)


def path_of(folder: Path, bucket: int, number: int) -> Path:
    """Return where a bucket of a stretch is set down."""
    return folder / f"{bucket}-{number}.arrow"
