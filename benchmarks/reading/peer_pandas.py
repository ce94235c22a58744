"""The peer: pandas reads the same file, told everything it would otherwise not know. CPU seconds without imports."""

import json
import sys
import time

import pandas as pd

from benchmarks.reading import DECIMAL, DELIMITER, ENCODING


def work(path: str) -> dict[str, object]:
    """Read the file into a frame and add the lines up."""
    frame = pd.read_csv(
        path,
        sep=DELIMITER,
        decimal=DECIMAL,
        encoding=ENCODING,
        parse_dates=["Fecha"],
        date_format="%d/%m/%Y %H:%M:%S",
        dtype={"Pedido": str, "Cliente": str},
    )
    net = (frame["Importe"] * 100).round().astype("int64").sum()
    return {"lines": len(frame), "net_minor": int(net), "customers": int(frame["Cliente"].nunique())}


if __name__ == "__main__":
    started = time.process_time()
    found = work(sys.argv[1])
    print(json.dumps({**found, "cpu_seconds": time.process_time() - started}))
