"""Members who use the portal: with an address, a balance, and a browser that is signed in."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.make import mailbox, members, served

from vinculo.identify.records.models import Customer
from vinculo.programs.records.models import Member, Program, SignInAsk
from vinculo.programs.records.portal import people, sessions, tasks
from vinculo.web.portal import door

EMAIL = "maria@example.org"
YEARS_AGO = "2023-01-02"


@dataclass(frozen=True)
class Guest:
    """A customer who takes part."""

    customer: Customer
    member: Member


def guest(of: Program, name: str = "María García", email: str = EMAIL, **fields: Any) -> Guest:
    """Let a customer with an address take part."""
    customer = served.customer(name, number=f"N-{email}", email=email, **fields)
    return Guest(customer, members.member(of, customer, YEARS_AGO))


def browser(of: Guest | None = None, **headers: Any) -> Client:
    """Return a browser; signed in as somebody, if one is named."""
    client = Client(**headers)
    if of is not None:
        choices = people.choices_of(of.customer.identifiers.get(kind="email").value)
        key = sessions.session_open(choices=choices, brought_by="", now=timezone.now())
        client.cookies[door.SESSION] = key
    return client


def letters() -> list[str]:
    """Do the jobs that are waiting; return the texts of the mails that went out."""
    with mailbox.receiving() as receiving:
        for number in SignInAsk.objects.filter(code_digest=None).order_by("pk").values_list("pk", flat=True):
            tasks.signin_send(ask_id=number)
    return [str(each.get_content()) for each in receiving.messages]


def code_in(letter: str) -> str:
    """Return the code of a mail."""
    found = re.search(r"\b\d{4} \d{4}\b", letter)
    assert found
    return found[0]


def link_in(letter: str) -> str:
    """Return the path of the link of a mail."""
    found = re.search(r"https?://[^/\s]+(/member/link/\S+)", letter)
    assert found
    return found[1]


def award(to: Member, points: int, at: datetime, **fields: Any) -> int:
    """Give points to be spent."""
    return members.award(to, points, at.date().isoformat(), code="points", **fields)
