"""Rows: customers of a list as people read them, masked for those who may not see them whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from vinculo.differentiate.records import selectors as scores
from vinculo.differentiate.records.models import CustomerValue, Run
from vinculo.identify.records import selectors_customer
from vinculo.identify.records.membership import golden
from vinculo.identify.records.models import Customer
from vinculo.web.customers import masking


@dataclass(frozen=True)
class Row:
    """A customer of a list, with the scores of the run, if it has any."""

    customer: Customer
    number: str
    name: str
    value: CustomerValue | None

    @property
    def country(self) -> str:
        """Return the country, as the customer base or else the orders know it."""
        return self.customer.country or (self.value.country if self.value and self.value.country else "")


def rows_of(ids: Sequence[int], *, run: Run | None, personal: bool) -> list[Row]:
    """Return the rows of some customers, in the order given."""
    known = selectors_customer.customers_of(customer_ids=ids)
    numbers = selectors_customer.numbers_of(customer_ids=ids)
    for each, name in golden.names_of(ids).items():
        known[each].name = name
    found = scores.value_list(run_id=run.pk).filter(customer_id__in=ids) if run else []
    values = {each.customer_id: each for each in found}
    return [
        Row(
            customer=known[each],
            number=numbers.get(each, ""),
            name=masking.name_of(known[each], numbers.get(each, ""), personal=personal),
            value=values.get(each),
        )
        for each in ids
        if each in known
    ]
