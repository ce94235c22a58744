"""Words: codes of the reports, as people of finance read them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

LINES: Words = {
    "issued": _("Issued"),
    "transferred_in": _("Transferred in"),
    "reinstated": _("Reinstated after expiry"),
    "redeemed": _("Redeemed"),
    "restored": _("Given back for returned rewards"),
    "expired": _("Expired"),
    "clawed_back": _("Taken back for returned purchases"),
    "cancelled": _("Cancelled before they were due"),
    "corrected": _("Corrected"),
    "transferred_out": _("Transferred out"),
    "unclassified": _("Not classified"),
    "revalued": _("Cost of a point changed"),
}
CLASSES: Words = {
    "purchase": _("Purchases"),
    "promotion": _("Promotions"),
    "birthday": _("Birthdays"),
    "recovery": _("Complaint recovery"),
    "referral": _("Referrals"),
    "challenge": _("Challenges and streaks"),
    "survey": _("Surveys"),
    "welcome": _("Welcome"),
    "guarantee": _("Broken promises"),
    "adjustment": _("Adjustments"),
    "partner": _("Partners"),
    "import": _("Brought along by an import"),
    "money_off": _("Money off"),
    "percentage": _("Percentage off"),
    "voucher": _("Voucher codes"),
    "product": _("Products"),
    "service": _("Services"),
    "experience": _("Experiences"),
    "donation": _("Donations"),
}
BOOKED: Words = {
    "deferred": _("Price put off for points"),
    "returned": _("Price taken back for returns"),
    "earned": _("Earned as points were redeemed"),
    "trued_up": _("True-up"),
    "used": _("Accrual used for rewards"),
    "accrued": _("Cost accrued"),
    "released": _("Accrual released"),
    "passed_on": _("Passed on to partners"),
}
ACCOUNTS: Words = {
    "goods_revenue": _("Revenue from goods"),
    "points_revenue": _("Revenue from points"),
    "contract_liability": _("Contract liability"),
    "promotion_cost": _("Cost of promotions"),
    "accrued_points": _("Accrued points"),
    "rewards_used": _("Rewards used"),
    "partner_payable": _("Owed to partners"),
}
METHODS: Words = {
    "chain_ladder": _("Own development"),
    "bornhuetter_ferguson": _("Leant on the other months"),
    "closed": _("Nothing is left"),
}
KINDS: Words = {"cost": _("Cost"), "value": _("Fair value")}


def of(known: Words, code: str) -> str:
    """Return a code in words; one that is not known stays as it is."""
    return str(known.get(code, code))
