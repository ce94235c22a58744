"""Scopes: what a token may do, each in terms of what the roles of people may."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """One thing a token may be allowed: a code, an English phrase, and the permissions it stands for."""

    code: str
    name: str
    permissions: tuple[str, ...]


CUSTOMERS_READ = "customers.read"
CUSTOMERS_WRITE = "customers.write"
CUSTOMERS_MERGE = "customers.merge"
PERSONAL_DATA = "personal_data"
ORDERS_READ = "orders.read"
ORDERS_WRITE = "orders.write"
PRODUCTS_READ = "products.read"
PRODUCTS_WRITE = "products.write"
MONEY = "money"
RELATIONS_READ = "relations.read"
RELATIONS_WRITE = "relations.write"
CONSENTS_READ = "consents.read"
CONSENTS_WRITE = "consents.write"
LEADS_READ = "leads.read"
LEADS_WRITE = "leads.write"
EVENTS_READ = "events.read"
PROGRAMS_READ = "programs.read"
MEMBERS_WRITE = "members.write"
POINTS_WRITE = "points.write"
REWARDS_REDEEM = "rewards.redeem"

SCOPES = (
    Scope(CUSTOMERS_READ, "Read customers", ("staff.customer_list", "staff.customer_view")),
    Scope(CUSTOMERS_WRITE, "Add and change customers", ("staff.customer_change",)),
    Scope(CUSTOMERS_MERGE, "Merge and separate customers", ("staff.customer_merge",)),
    Scope(PERSONAL_DATA, "See personal data unmasked", ("staff.personal_data_view",)),
    Scope(ORDERS_READ, "Read orders", ("staff.order_view",)),
    Scope(ORDERS_WRITE, "Add orders", ("staff.import_run",)),
    Scope(PRODUCTS_READ, "Read products", ("staff.product_view",)),
    Scope(PRODUCTS_WRITE, "Add and change products", ("staff.import_run",)),
    Scope(MONEY, "See margins and costs", ("staff.money_view",)),
    Scope(RELATIONS_READ, "Read relations and households", ("staff.relation_view",)),
    Scope(RELATIONS_WRITE, "Change relations and households", ("staff.relation_change",)),
    Scope(CONSENTS_READ, "Read consents", ("staff.customer_view",)),
    Scope(CONSENTS_WRITE, "Record consents", ("staff.consent_record",)),
    Scope(LEADS_READ, "Read leads", ("staff.prospect_view",)),
    Scope(LEADS_WRITE, "Open and move leads", ("staff.prospect_change",)),
    Scope(EVENTS_READ, "Follow events", ("staff.customer_list", "staff.order_view")),
    Scope(PROGRAMS_READ, "Read programmes, members and points", ("staff.program_view", "staff.member_view")),
    Scope(MEMBERS_WRITE, "Let members join and block them", ("staff.member_manage",)),
    Scope(POINTS_WRITE, "Post points", ("staff.member_manage",)),
    Scope(REWARDS_REDEEM, "Redeem rewards", ("staff.till_use",)),
)
"""Every scope there is. Whoever makes a token can give it only what their own role allows."""

BY_CODE = {scope.code: scope for scope in SCOPES}


def permissions_of(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the permissions that some scopes stand for.

    >>> permissions_of(["orders.write", "products.write"])
    ('staff.import_run',)
    """
    return tuple(sorted({each for code in codes for each in BY_CODE[code].permissions}))
