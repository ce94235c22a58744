"""`vinculo erase`, `vinculo export-person`, `vinculo retention`: what is known of persons, given out or taken away."""

from pathlib import Path
from typing import Annotated

import typer

from vinculo.cli import progress
from vinculo.foundation.errors import InputError
from vinculo.project.commands import start

Who = Annotated[
    str, typer.Argument(help="An e-mail, a telephone, a tax or customer number; or # and our own number: #12.")
]


def erase(
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it cannot be taken back.")] = False,
) -> None:
    """Erase a person from tables, files and trail; orders stay and point to nobody."""
    start.store()
    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.identify.records.rights import erasure

    ids, name = found(who)
    question = start.say("Erase {name} (our number {number}) for good?", name=name, number=ids[0])
    if not yes and not typer.confirm(question):
        raise typer.Exit(1)
    with actor.acting(start.person()):
        done = erasure.person_erase(customer_ids=ids, now=timezone.now())
    say(
        "Erased. {orders:,} orders stay and name nobody; {files} imported files were removed.",
        orders=done.orders_kept,
        files=len(done.files_removed),
    )
    if done.left:
        say("What people typed elsewhere may still name the person: look at {tables}.", tables=", ".join(done.left))


def export_person(
    who: Who,
    out: Annotated[Path, typer.Option(help="The zip to write; it must not be there yet.")] = Path("person.zip"),
    language: Annotated[str, typer.Option(help="Language of its page: en or es.")] = "en",
) -> None:
    """Write everything that is known of a person into a zip: a page to read, and JSON for machines."""
    start.store()
    from django.utils import timezone

    from vinculo.identify.records.rights import collection

    ids, _name = found(who)
    packed = collection.archive(customer_ids=ids, language=language, now=timezone.now())
    try:
        with out.open("xb") as stream:
            out.chmod(0o600)
            stream.write(packed)
    except FileExistsError:
        raise InputError("{file} is there already: name a new file.", file=str(out)) from None
    say("Everything about {name} is in {file}.", name=f"#{ids[0]}", file=str(out))


def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Remove it; without this, only say what would go.")] = False,
) -> None:
    """Say what is older than the rules allow; with --apply, remove what rules in use say."""
    start.store()
    from django.utils import timezone

    from vinculo.foundation import actor
    from vinculo.identify.records.rights import retention as rules

    now = timezone.now()
    with actor.acting(start.person()):
        dues = rules.rules_apply(now=now) if apply else rules.dues(now=now)
    if apply and not dues:
        say("No rule is in use.")
    for each in dues:
        if each.before is None:
            say("{rule}: off", rule=each.rule.code)
            continue
        facts = {"rule": each.rule.code, "count": each.count, "day": each.before.date().isoformat()}
        if apply:
            say("{rule}: {count:,} older than {day} removed", **facts)
        elif each.rule.active:
            say("{rule}: {count:,} older than {day} would go", **facts)
        else:
            say("{rule}: {count:,} older than {day}, but the rule is not in use", **facts)


def found(who: str) -> tuple[list[int], str]:
    """Return the ids of the one customer whom a text names, and the name."""
    from vinculo.identify import folding
    from vinculo.identify.records.consents import selectors
    from vinculo.identify.records.models import Customer, Identifier

    if who.startswith("#") and who[1:].isdecimal():
        ids = list(Customer.objects.filter(pk=int(who[1:])).values_list("pk", flat=True))
    else:
        forms = {folding.identifier(kind, who) for kind in ("email", "phone")} - {""}
        named = Identifier.objects.filter(normalised__in=forms).order_by("customer_id")
        ids = list(dict.fromkeys(named.values_list("customer_id", flat=True)))
    whole = selectors.customer_ids_of(customer_id=ids[0]) if ids else []
    if not ids:
        raise InputError("Nobody here is known by {who!r}.", who=who)
    if set(ids) - set(whole):
        numbers = ", ".join(f"#{each}" for each in ids)
        raise InputError("Several customers are known by {who!r}: name one of {numbers}.", who=who, numbers=numbers)
    return whole, Customer.objects.get(pk=whole[0]).name


def say(sentence: str, **facts: object) -> None:
    """Print a sentence in the language of the terminal."""
    progress.CONSOLE.print(start.say(sentence, **facts), soft_wrap=True, markup=False)
