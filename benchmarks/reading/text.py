"""Simulated lines as a Spanish spreadsheet would save them: semicolons, decimal commas, Windows code page."""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks.reading import DECIMAL, DELIMITER, ENCODING

CHUNK = 200_000


def write(orders: Path, target: Path, *, lines: int) -> int:
    """Write the first lines of simulated orders, in the order of time; return how many."""
    table = pq.read_table(sorted(orders.glob("*.parquet"))[0]).slice(0, lines)
    with target.open("w", encoding=ENCODING, newline="") as stream:
        for start in range(0, table.num_rows, CHUNK):
            stream.write(rows_of(table.slice(start, CHUNK), header=start == 0))
    return table.num_rows


def rows_of(table: pa.Table, *, header: bool) -> str:
    """Return lines as text."""
    euros = pc.divide(pc.cast(table["net_minor"], pa.float64()), 100.0)
    columns = {
        "Pedido": table["order_id"],
        "Cliente": table["customer_id"],
        "Fecha": pc.strftime(pc.cast(table["happened_at"], pa.timestamp("s")), "%d/%m/%Y %H:%M:%S"),
        "Artículo": table["product_id"],
        "Descripción": pc.replace_substring(table["product_name"], "Product", "Artículo de la casa nº"),
        "Categoría": pc.replace_substring(table["category"], "Category", "Sección"),
        "Canal": table["channel"],
        "País": table["country"],
        "Unidades": pc.cast(table["quantity"], pa.int64()),
        "Importe": pa.array(np.char.mod("%.2f", euros.to_numpy()).tolist()),
    }
    columns["Importe"] = pc.replace_substring(columns["Importe"], ".", DECIMAL)
    sink = pa.BufferOutputStream()
    options = pa.csv.WriteOptions(include_header=header, delimiter=DELIMITER, quoting_style="needed")
    pa.csv.write_csv(pa.table(columns), sink, options)
    return sink.getvalue().to_pybytes().decode("utf-8")


if __name__ == "__main__":
    print(json.dumps({"lines": write(Path(sys.argv[1]), Path(sys.argv[2]), lines=int(sys.argv[3]))}))
