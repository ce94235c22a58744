"""Copying: the result of a query of the store as columns, inside the transaction of whoever asks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from django.db import connection
from numpy.typing import NDArray

from vinculo.programs.earning.conditions import Integers, Words

INTEGER, TEXT = pa.int64(), pa.string()


def columns(query: str, kinds: Mapping[str, pa.DataType], **values: Any) -> pa.Table:
    """Return the rows of a query; its columns are named with their types, in its order."""
    stream = pa.BufferOutputStream()
    with connection.cursor() as wrapped:
        cursor: Any = wrapped
        with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", values) as copy:
            for piece in copy:
                stream.write(piece)
    found = stream.getvalue()
    if not found.size:
        return pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    return pyarrow.csv.read_csv(
        pa.BufferReader(found),
        read_options=pyarrow.csv.ReadOptions(column_names=list(kinds)),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=dict(kinds)),
    )


def integers(table: pa.Table, name: str) -> Integers:
    """Return a column of numbers; nothing is 0."""
    found: Integers = table[name].fill_null(0).to_numpy()
    return np.ascontiguousarray(found, np.int64)


def texts_of(table: pa.Table, name: str) -> Words:
    """Return a column of texts."""
    encoded = table[name].combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    vocabulary = encoded.dictionary.to_pylist() or [""]
    return Words(encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32), vocabulary)


def looked_up(keys: Integers, known: Integers) -> NDArray[np.intp]:
    """Return the place of each key among known ones, which need not be sorted; -1 where it is none of them."""
    if not len(known):
        return np.full(len(keys), -1, np.intp)
    order = np.argsort(known, kind="stable")
    place = order[np.minimum(np.searchsorted(known, keys, sorter=order), len(known) - 1)]
    return np.where(known[place] == keys, place, -1)


def named(keys: Integers, known: Integers, names: Words) -> Words:
    """Return a column of texts that another table names by its keys; keys that it does not know are empty."""
    vocabulary = ["", *names.vocabulary]
    codes = np.concatenate([[0], names.codes.astype(np.int32) + 1]).astype(np.int32)
    return Words(codes[looked_up(keys, known) + 1], vocabulary)
