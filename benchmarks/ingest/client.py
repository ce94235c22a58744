"""A client process that sends batches of a hundred events over a few connections, as fast as it is answered or paced.

`client PORT KEY EVENTS CONNECTIONS PER_SECOND SEED`: 0 a second is no pace. Prints one line of JSON.
"""

import base64
import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

BATCH = 100
USERS, PRODUCTS = 20_000, 2_000
CONTEXT = '"context":{"library":{"name":"benchmark","version":"1"},"locale":"es-ES","ip":"203.0.113.7"}'
VIEW = '"type":"track","event":"Product Viewed","properties":{"product_id":"P%(p)d","name":"Cup %(p)d","price":9.95}'
PAGE = '"type":"page","name":"Home","properties":{"url":"https://shop.example/p/%(p)d","title":"Cups and plates"}'
CLICK = '"type":"track","event":"Link Clicked","properties":{"label":"More of it","place":%(p)d}'
WHO = '"type":"identify","traits":{"firstName":"Ana","lastName":"Ruiz %(u)d","email":"ana%(u)d@ruiz.es","plan":"gold"}'
SOLD = (
    '"type":"track","event":"Order Completed","properties":{"order_id":"%(m)s","currency":"EUR","discount":1.5,'
    '"products":[{"product_id":"P%(p)d","price":19.95,"quantity":2},{"product_id":"P7","price":0.35,"quantity":1}]}'
)
MIX = [*[VIEW] * 11, *[PAGE] * 4, *[CLICK] * 2, *[WHO] * 2, SOLD]


def batches(count: int, draw: random.Random) -> Iterator[bytes]:
    """Yield batches: a third of the events are of visitors whom nobody knows by name."""
    for _batch in range(count):
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        events = []
        for _event in range(BATCH):
            user, shape = int(draw.random() * USERS), MIX[int(draw.random() * len(MIX))]
            said = shape % {"p": int(draw.random() * PRODUCTS), "u": user, "m": f"{draw.getrandbits(64):x}"}
            known = shape in (WHO, SOLD) or draw.random() < 0.67
            who = f'"userId":"u{user}","anonymousId":"v{user}"' if known else f'"userId":null,"anonymousId":"w{user}"'
            events.append(f'{{{said},{who},"messageId":"{draw.getrandbits(128):032x}","timestamp":"{now}",{CONTEXT}}}')
        yield f'{{"batch":[{",".join(events)}],"sentAt":"{now}"}}'.encode()


def main(port: int, key: str, events: int, connections: int, per_second: int, seed: int) -> None:
    """Send, and print what it took."""
    times: list[float] = []
    wrong: list[int] = []
    head = {
        "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
        "Content-Type": "application/json",
    }
    begin = time.perf_counter()

    def send(number: int) -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        count = events // BATCH // connections
        for place, body in enumerate(batches(count, random.Random(seed + number))):
            if per_second:
                time.sleep(max(0.0, begin + place * BATCH * connections / per_second - time.perf_counter()))
            asked = time.perf_counter()
            line.request("POST", "/v1/batch", body, head)
            answer = line.getresponse()
            answer.read()
            times.append(time.perf_counter() - asked)
            if answer.status != 200:
                wrong.append(answer.status)

    threads = [threading.Thread(target=send, args=[number]) for number in range(connections)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    times.sort()
    found = {
        "events": len(times) * BATCH,
        "wall": time.perf_counter() - begin,
        "cpu": time.process_time(),
        "wrong": wrong,
        **{f"p{part}": 1000 * times[min(len(times) - 1, len(times) * part // 100)] for part in (50, 95, 99)},
        "slowest": 1000 * times[-1],
    }
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:7]))
