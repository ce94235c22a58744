"""Assumptions: what the data did not hold and the settings supplied, one sentence each."""

from collections.abc import Iterator

from babel.numbers import format_decimal, format_percent

from vinculo.differentiate.settings import Settings
from vinculo.foundation import language, money
from vinculo.warehouse.reading.report import ReadingReport


def of(settings: Settings, report: ReadingReport, *, known: tuple[str, ...]) -> Iterator[str]:
    """Yield what was assumed, in the language of the settings; `known` are the kinds of actual costs given."""
    translate = language.translator(settings.language)

    def amount(minor: float) -> str:
        return money.words(minor, settings.currency, settings.language)

    def share(value: float) -> str:
        pattern = "#,##0.#%" if settings.language == "en" else "#,##0.#\u00a0%"
        return format_percent(value, pattern, locale=settings.language)

    costs = settings.costs
    if report.cost_known:
        sentence = "Lines without a cost of goods are taken to leave a margin of {share} of net sales."
    else:
        sentence = "The cost of goods is not in the data: a margin of {share} of net sales is assumed."
    yield translate(sentence).format(share=share(costs.margin_share))
    if "deliveries" not in known:
        yield translate(
            "A delivery is assumed to cost {amount}; what a customer buys on one day travels together."
        ).format(amount=amount(costs.delivery_minor))
    if "returns_handling" not in known:
        yield translate("Handling the returns of one day is assumed to cost {amount}.").format(
            amount=amount(costs.return_handling_minor)
        )
    if "contacts" not in known:
        contacts = format_decimal(costs.contacts_per_year, locale=settings.language)
        yield translate("Contacts are assumed to be {contacts} a year for each customer, at {amount} each.").format(
            contacts=contacts, amount=amount(costs.contact_minor)
        )
    if "commissions" not in known:
        yield translate("Commissions are assumed to be {share} of sales.").format(share=share(costs.commission_share))
    yield translate("Future contributions are discounted at {share} a year.").format(
        share=share(settings.discount_rate_annual)
    )
