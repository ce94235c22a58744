"""`vinculo demo`: the whole platform at work on a file of orders, with a user for every role."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from vinculo.cli import progress
from vinculo.foundation import actor
from vinculo.project.commands import start, up


def demo(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="File of order lines.")],
    port: up.Port = 8000,
    currency: Annotated[str, typer.Option(help="Currency of the file, where it does not say.")] = "GBP",
    horizon_days: Annotated[int, typer.Option(help="Days the forecast looks ahead.")] = 180,
    made_up_contacts: Annotated[
        bool, typer.Option(help="Make up names and addresses for buyers who are but numbers; never for real ones.")
    ] = False,
    once: up.Once = False,
) -> None:
    """Import a file of orders into a home of its own (.vinculo here), value every customer, and start the site.

    What is done already is not done again.
    """
    up.leave_when_told()
    os.environ.setdefault("VINCULO_HOME", str(Path.cwd() / ".vinculo"))
    # Addresses that are made up are written to nobody.
    os.environ.setdefault("VINCULO_MAIL_FOLDER", str(Path(os.environ["VINCULO_HOME"]) / "mails"))
    os.environ.setdefault("VINCULO_ADDRESS", f"http://127.0.0.1:{port}")
    start.django()
    from vinculo.project.operation import house

    found = house.House(host="127.0.0.1", port=port)
    with house.alone(found.address):
        house.port_require(found.host, port)
        with up.leaving():
            start.store()
            passwords = prepare(file, currency=currency, horizon_days=horizon_days, contacts=made_up_contacts)
        up.stay(found, lambda address: told(address, passwords, shop=made_up_contacts), once=once)


def prepare(file: Path, *, currency: str, horizon_days: int, contacts: bool) -> dict[str, str]:
    """Bring the platform to where it can be shown; return who may sign in with which password."""
    from django.utils import timezone

    from vinculo.project.operation import demonstration
    from vinculo.project.operation.club import days

    days.stand(file)
    with actor.acting(start.person()):
        passwords = demonstration.users()
        with progress.steps(start.say) as step:
            options = {"currency": currency}
            demonstration.orders(file, options=options, by=start.person(), clock=timezone.now, progress=step)
            if contacts:
                demonstration.contacts(file, by=start.person(), clock=timezone.now, progress=step)
                demonstration.shop(clock=timezone.now)
            settings = {"currency": currency, "horizon_days": horizon_days}
            demonstration.run(settings=settings, clock=timezone.now, progress=step)
            if contacts:
                demonstration.club(file=file, currency=currency, clock=timezone.now, progress=step)
    return passwords


def told(address: str, passwords: dict[str, str], *, shop: bool) -> None:
    """Say where the site is and who may sign in."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column(start.say("User"))
    table.add_column(start.say("Password"))
    for name, password in passwords.items():
        table.add_row(name, password)
    progress.CONSOLE.print(table)
    progress.CONSOLE.print()
    if shop:
        for said in places(address):
            progress.CONSOLE.print(said, soft_wrap=True)
    up.told(address)


def places(address: str) -> Iterator[str]:
    """Yield what there is to see of the demonstration besides the platform, and who may look at it."""
    from django.utils import timezone

    from vinculo.project.operation.club import showing

    yield start.say("A small shop whose visitors you can watch: {address}", address=f"{address}shop/")
    yield start.say(
        "Its gift club, where it is {day}: purchases are real; redemptions, referrals, challenges and promises are "
        "simulated.",
        day=f"{timezone.now():%Y-%m-%d}",
    )
    yield start.say("  Programme desk: {address} (as relationship_manager)", address=f"{address}{showing.DESK}")
    yield start.say("  Till: {address} (as till)", address=f"{address}{showing.TILL}")
    member = showing.member()
    if member is not None:
        yield start.say(
            "  Portal of members: {address}, as {email}; the mail with the code is put into {folder}.",
            address=f"{address}{showing.PORTAL}",
            email=member.email,
            folder=os.environ["VINCULO_MAIL_FOLDER"],
        )
        yield start.say("  The card of this member at the till: {card}", card=member.card)
