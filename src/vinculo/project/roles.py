"""Roles: who works here, what each may do, and what each may see of a person. The one declaration of all three."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERMISSIONS = (
    ("cockpit_view", _("See the cockpit")),
    ("value_view", _("See what customers are worth")),
    ("customer_list", _("See the list of customers")),
    ("customer_view", _("See a customer")),
    ("customer_change", _("Change a customer")),
    ("customer_merge", _("Merge and separate customers")),
    ("matching_view", _("See matchings")),
    ("matching_review", _("Say who is one customer")),
    ("matching_publish", _("Match the base and publish it")),
    ("customer_export", _("Export lists of customers")),
    ("relation_view", _("See relations and households")),
    ("relation_change", _("Change relations and households")),
    ("prospect_view", _("See prospects")),
    ("prospect_change", _("Change and move prospects")),
    ("personal_data_view", _("See personal data unmasked")),
    ("money_view", _("See margins and costs")),
    ("order_view", _("See orders")),
    ("event_view", _("See what customers do on sites and in apps")),
    ("product_view", _("See products")),
    ("consent_record", _("Record consents")),
    ("right_handle", _("Handle requests of persons and give out their data")),
    ("person_erase", _("Erase a person and say how long data are kept")),
    ("import_view", _("See imports")),
    ("import_run", _("Import files")),
    ("import_undo", _("Undo an import")),
    ("import_admit", _("Let a file in that was held back")),
    ("quality_view", _("See data quality")),
    ("quality_manage", _("Say who answers for a field and what must hold")),
    ("import_watch", _("Say which folders are watched for files")),
    ("source_view", _("See sources of events and what they send")),
    ("source_manage", _("Make and revoke keys of sources, replay their quarantine")),
    ("program_view", _("See programmes with their rules, levels and rewards")),
    ("program_manage", _("Draft and propose rules, levels and rewards")),
    ("program_approve", _("Approve what others propose for a programme")),
    ("member_view", _("See members")),
    ("member_manage", _("Let members join, block them, correct their points")),
    ("till_use", _("Use the till: find members, award, redeem, take back")),
    ("fraud_decide", _("Decide what looks like fraud")),
    ("finance_view", _("See what programmes owe and cost")),
    ("finance_close", _("Close periods of programmes")),
    ("run_view", _("See runs")),
    ("run_start", _("Start and cancel runs")),
    ("run_publish", _("Publish a run and roll it back")),
    ("view_save", _("Save views")),
    ("view_share", _("Share saved views")),
    ("audit_view", _("See who changed what")),
    ("token_manage", _("Make and revoke tokens")),
    ("webhook_manage", _("Manage webhooks")),
    ("staff_manage", _("Manage users and roles")),
)
"""What may be allowed or not, each `staff.<codename>` in Django; a view names the one it needs."""

_BOUND = ("staff.relation_view", "staff.prospect_view")
_PROGRAMS = ("staff.program_view", "staff.member_view")
_SEE = (
    *("staff.cockpit_view", "staff.value_view", "staff.customer_list", "staff.customer_view", "staff.order_view"),
    *_BOUND,
    *_PROGRAMS,
)
_BIND = ("staff.relation_change", "staff.prospect_change")
_SEE_MORE = (*_SEE, "staff.product_view", "staff.run_view", "staff.view_save", "staff.money_view")


@dataclass(frozen=True)
class Role:
    """What people of one kind of work may do; a star stands for any ending."""

    code: str
    name: str | Promise
    permissions: tuple[str, ...]

    def allows(self, permission: str) -> bool:
        """Tell whether the role has a permission, such as `staff.customer_view`."""
        return any(fnmatchcase(permission, pattern) for pattern in self.permissions)


ROLES = (
    Role("administrator", _("Administrator"), ("*",)),
    Role(
        "relationship_manager",
        _("Relationship manager"),
        (
            *_SEE_MORE,
            *_BIND,
            *("staff.customer_change", "staff.customer_export", "staff.personal_data_view", "staff.view_share"),
            *("staff.customer_merge", "staff.matching_view", "staff.matching_review", "staff.matching_publish"),
            *("staff.consent_record", "staff.right_handle"),
            *("staff.program_manage", "staff.program_approve", "staff.member_manage", "staff.till_use"),
            *("staff.fraud_decide", "staff.finance_view"),
            *(
                "staff.audit_view",
                "staff.event_view",
                "staff.import_view",
                "staff.import_run",
                "staff.import_undo",
                "staff.import_admit",
                "staff.quality_view",
                "staff.quality_manage",
                "staff.source_view",
                "staff.run_start",
                "staff.run_publish",
            ),
        ),
    ),
    Role(
        "analyst",
        _("Analyst"),
        (
            *(*_SEE_MORE, "staff.customer_export", "staff.import_view", "staff.import_run", "staff.run_start"),
            *("staff.source_view", "staff.event_view", "staff.quality_view"),
            *("staff.program_manage", "staff.finance_view"),
        ),
    ),
    Role(
        "agent",
        _("Front-line agent"),
        (
            *("staff.customer_list", "staff.customer_view", "staff.customer_change", "staff.order_view"),
            *("staff.product_view", "staff.personal_data_view", "staff.view_save", "staff.consent_record"),
            *(*_BOUND, *_BIND, *_PROGRAMS, "staff.till_use", "staff.event_view"),
        ),
    ),
    Role(
        "team_lead",
        _("Team lead"),
        (
            *_SEE_MORE,
            *_BIND,
            *("staff.customer_change", "staff.personal_data_view", "staff.view_share", "staff.audit_view"),
            *(
                "staff.event_view",
                "staff.import_view",
                "staff.source_view",
                "staff.quality_view",
                "staff.customer_merge",
                "staff.matching_view",
                "staff.matching_review",
            ),
            *("staff.consent_record", "staff.right_handle"),
            *("staff.member_manage", "staff.till_use", "staff.fraud_decide"),
        ),
    ),
    Role(
        "finance",
        _("Finance"),
        (
            *(*_SEE_MORE, "staff.customer_export", "staff.import_view"),
            *("staff.program_approve", "staff.finance_view", "staff.finance_close"),
        ),
    ),
    Role("till", _("Till operator"), ("staff.till_use",)),
    Role("read_only", _("Read-only"), _SEE),
)

ADMINISTRATOR = "administrator"
READ_ONLY = "read_only"
CHOICES = tuple((role.code, role.name) for role in ROLES)
BY_CODE = {role.code: role for role in ROLES}
