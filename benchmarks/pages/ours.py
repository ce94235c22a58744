"""`python -m benchmarks.pages.ours CUSTOMERS FOLDER`: fill a store, ask for its pages, print the milliseconds."""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SEED, TIMES, WARM = 7, 120, 20


def main() -> None:
    """Fill, ask, print."""
    customers, home = int(sys.argv[1]), Path(sys.argv[2])
    os.environ["VINCULO_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "vinculo.project.settings"
    from vinculo.project.database import opening

    store = opening.open_store()
    import django

    django.setup()
    if not (home / "filled").exists():
        from benchmarks.pages import store as filling

        opening.migrate()
        from vinculo.project.database import address

        assert store is not None
        filling.fill(store.superuser(address.DATABASE).conninfo, customers)
        filling.publish(store.superuser(address.DATABASE).conninfo)
        (home / "filled").touch()
    found = {name: measured(list(pages)) for name, pages in asked(customers).items()}
    print(json.dumps(found))


def asked(customers: int) -> dict[str, Iterator[str]]:
    """Return the pages that are asked for, by kind."""
    chance = random.Random(SEED)
    ids = [chance.randint(1, customers) for _ in range(TIMES)]
    return {
        "a customer": (f"/customers/{each}/?sort=name" for each in ids),
        "a customer of a filtered list": (f"/customers/{each}/?tier=high_potential&sort=residual" for each in ids),
        "the list": (f"/customers/?{query(chance)}" for _ in range(TIMES)),
        "deep in the list": (f"/customers/?{query(chance)}&after={each}" for each in ids),
        "search as one types": (
            f"/customers/?q={text}&sort={chance.choice(SORTS)}" for text in typed(chance, customers)
        ),
    }


SORTS = ("name", "total", "residual", "last")


def query(chance: random.Random) -> str:
    """Return a list somebody may look at."""
    filters = ("", "tier=high_performance", "tier=standard", "area=retain", "country=ES", "tier=standard&country=FR")
    more = ("", "kind=organisation", "since_last_from=200", "rank_to=1000", "total_from=50000", "p_buys_to=0.2")
    return "&".join(
        filter(None, (chance.choice(filters), chance.choice(more), f"sort={chance.choice((*SORTS, 'contribution'))}"))
    )


def typed(chance: random.Random, customers: int) -> Iterator[str]:
    """Return what people type: beginnings of names, of two names, of an e-mail, a phone, a number."""
    from vinculo.identify.records.models import Customer, Identifier

    for _ in range(TIMES):
        customer = Customer.objects.get(pk=chance.randint(1, customers))
        words = customer.name.split()
        kind = chance.choice(("word", "word", "two", "whole", "identifier"))
        if kind == "word":
            word = chance.choice(words)
            yield word[: chance.randint(1, len(word))]
        elif kind == "two":
            yield f"{words[0]}+{words[-1][: chance.randint(1, 4)]}"
        elif kind == "whole":
            yield "+".join(words)
        else:
            value = Identifier.objects.filter(customer=customer).order_by("?")[0].value
            yield value.replace("+", "")[: chance.randint(3, len(value))]


def measured(pages: list[str]) -> dict[str, Any]:
    """Return the milliseconds that pages take on the server, 95 of 100 at most and the middle one."""
    client = signed_in()
    for page in pages[:WARM]:
        client.get(page)
    taken = []
    for page in pages:
        begins = time.perf_counter()
        answer = client.get(page)
        taken.append(((time.perf_counter() - begins) * 1000, page))
        assert answer.status_code == 200, (page, answer.status_code)
    taken.sort(reverse=True)
    return {
        "p95": taken[int(len(taken) * 0.05)][0],
        "median": taken[len(taken) // 2][0],
        "slowest": [(round(each), page) for each, page in taken[:6]],
    }


def signed_in() -> Any:
    """Return a browser that is signed in as one who sees everything of customers."""
    from django.conf import settings
    from django.test import Client

    from vinculo.project.staff import services
    from vinculo.project.staff.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    user = User.objects.filter(username="bench").first() or services.user_create(
        username="bench", password="no-one-signs-in-with-it", role="relationship_manager"
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


if __name__ == "__main__":
    main()
