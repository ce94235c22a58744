"""Batches are read in one thread and used in another; whichever side fails, the other ends."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from vinculo.warehouse.landing import ahead


def batches(count: int) -> Iterator[pa.RecordBatch]:
    return (pa.record_batch({"row": [2 * each, 2 * each + 1]}) for each in range(count))


def rows(found: pa.Table | pa.RecordBatchReader) -> list[int]:
    table = found if isinstance(found, pa.Table) else found.read_all()
    return list(table["row"].to_pylist())


@pytest.mark.parametrize("count", [1, 2, 3, 3 * ahead.AHEAD])
def test_every_batch_is_used_once_in_order(count: int) -> None:
    assert ahead.used(batches(count), rows) == list(range(2 * count))


def test_a_single_batch_comes_as_a_table_that_can_be_counted() -> None:
    assert ahead.used(batches(1), type) is pa.Table
    assert ahead.used(batches(2), type) is pa.RecordBatchReader


def test_nothing_is_used_when_nothing_is_read() -> None:
    assert ahead.used(batches(0), rows) is None


@pytest.mark.parametrize("count", [1, 3 * ahead.AHEAD])
def test_a_use_that_fails_ends_the_reading(count: int) -> None:
    read: list[pa.RecordBatch] = []

    def noted() -> Iterator[pa.RecordBatch]:
        for batch in batches(count):
            read.append(batch)
            yield batch

    def fail(found: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        ahead.used(noted(), fail)

    assert len(read) <= ahead.AHEAD + 2


def test_a_reading_that_fails_ends_the_use() -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield from batches(3)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        ahead.used(broken(), rows)
