"""A shop that tells of its day through a tracking client of others, of which only host and key are changed.

`send.py CLIENT ADDRESS KEY`: half a day, then `half` on its output; after a line on its input the other half, then
`done`.
"""

import sys
from typing import Any

USERS, VIEWS = 20, 10


def day(send: Any, name: str, users: range) -> None:
    """Tell what some users do: each is somebody, looks ten times and buys two cups."""
    for number in users:
        user = f"{name}-{number}"
        send.identify(user, {"firstName": "Ana", "lastName": f"Ruiz{number}", "email": f"ana{number}@{name}.es"})
        for place in range(VIEWS):
            send.track(user, "Product Viewed", {"product_id": f"P{place}", "name": f"Cup {place}"})
        cups = [{"product_id": "P1", "price": 9.95, "quantity": 2}]
        send.track(user, "Order Completed", {"order_id": user, "currency": "EUR", "products": cups})


def main(name: str, address: str, key: str) -> None:
    """Send the whole day."""
    if name == "segment-python":
        from segment.analytics.client import Client

        send = Client(key, host=address)
    else:
        from rudderstack.analytics.client import Client as Rudder

        send = Rudder(key, host=address)
    day(send, name, range(USERS // 2))
    send.flush()
    sys.stdout.write("half\n")
    sys.stdout.flush()
    sys.stdin.readline()
    day(send, name, range(USERS // 2, USERS))
    send.flush()
    send.join()
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
