"""`vinculo simulate`: customers and orders from stated parameters."""

from pathlib import Path
from typing import Annotated

import typer

from vinculo.cli import options, progress
from vinculo.differentiate.simulation import orders
from vinculo.differentiate.simulation.population import Scenario

DEFAULT = Scenario()


def simulate(
    out: Annotated[Path, typer.Option(help="Folder for orders/ and truth/.")],
    customers: Annotated[int, typer.Option(help="Customers to simulate.")] = DEFAULT.customers,
    first_day: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="First day simulated.")] = str(DEFAULT.first_day),
    days: Annotated[int, typer.Option(help="Days simulated; customers arrive evenly over them.")] = DEFAULT.days,
    model: Annotated[str, typer.Option(help="bg_nbd or pareto_nbd.")] = DEFAULT.model,
    purchase_rate_shape: Annotated[float, typer.Option(help="r")] = DEFAULT.purchase_rate_shape,
    purchase_rate_scale: Annotated[float, typer.Option(help="alpha, in days")] = DEFAULT.purchase_rate_scale,
    dropout_a: Annotated[float, typer.Option(help="a (BG/NBD) or s (Pareto/NBD)")] = DEFAULT.dropout_a,
    dropout_b: Annotated[float, typer.Option(help="b (BG/NBD) or beta in days (Pareto/NBD)")] = DEFAULT.dropout_b,
    lines_per_order: Annotated[float, typer.Option(help="Mean lines of an order.")] = DEFAULT.lines_per_order,
    return_share: Annotated[float, typer.Option(help="Share of lines returned later.")] = DEFAULT.return_share,
    margin_share: Annotated[float, typer.Option(help="Margin on net sales.")] = DEFAULT.margin_share,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = DEFAULT.seed,
) -> None:
    """Simulate customers and their orders, with the truth beside them."""
    scenario = Scenario(
        customers=customers,
        first_day=options.day(first_day, option="--first-day") or DEFAULT.first_day,
        days=days,
        model=model,
        purchase_rate_shape=purchase_rate_shape,
        purchase_rate_scale=purchase_rate_scale,
        dropout_a=dropout_a,
        dropout_b=dropout_b,
        lines_per_order=lines_per_order,
        return_share=return_share,
        margin_share=margin_share,
        seed=seed,
    )
    with progress.bar("Simulating") as step:
        lines = orders.write(scenario, out, step=step)
    sentence = f"{customers:,} customers, {lines:,} lines: {out}/orders (truth in {out}/truth)"
    progress.CONSOLE.print(sentence, markup=False, soft_wrap=True)
