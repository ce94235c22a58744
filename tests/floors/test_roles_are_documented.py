"""The table of the guide says of every role what the declaration says."""

from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "roles.md"
ROWS = {
    "cockpit and value": ("cockpit_view", "value_view"),
    "list of customers, one customer, orders": ("customer_list", "customer_view", "order_view"),
    "**names, e-mails, phones, addresses**": ("personal_data_view",),
    "what a customer did on sites and in apps": ("event_view",),
    "what a customer is worth": ("value_view",),
    "costs of lines": ("money_view",),
    "change a customer": ("customer_change",),
    "merge and separate customers, decide pairs": ("customer_merge", "matching_view", "matching_review"),
    "match the base, publish it": ("matching_publish",),
    "relations, households, prospects": ("relation_view", "prospect_view"),
    "change relations, households, prospects": ("relation_change", "prospect_change"),
    "export a list": ("customer_export",),
    "save views": ("view_save",),
    "share views": ("view_share",),
    "record consents": ("consent_record",),
    "requests of persons, their data, retention, register of processing": ("right_handle",),
    "erase a person, say how long data are kept": ("person_erase",),
    "see imports": ("import_view",),
    "import files": ("import_run",),
    "undo an import": ("import_undo",),
    "say which folders are watched for files": ("import_watch",),
    "let a file in that was held back": ("import_admit",),
    "see data quality": ("quality_view",),
    "owners and thresholds of data quality": ("quality_manage",),
    "see sources of events": ("source_view",),
    "keys of sources, replay of quarantine": ("source_manage",),
    "see programmes, rules, levels, rewards": ("program_view",),
    "see members": ("member_view",),
    "draft and propose rules, levels, rewards": ("program_manage",),
    "approve what others propose for a programme": ("program_approve",),
    "let members join, block them, correct points": ("member_manage",),
    "till: find a member, award, redeem, take back": ("till_use",),
    "decide what looks like fraud": ("fraud_decide",),
    "what programmes owe and cost": ("finance_view",),
    "close periods of programmes": ("finance_close",),
    "see runs": ("run_view",),
    "start and cancel runs": ("run_start",),
    "publish a run, roll it back": ("run_publish",),
    "see who changed what": ("audit_view",),
    "make and revoke tokens, manage webhooks": ("token_manage", "webhook_manage"),
    "users, roles, audit trail": ("staff_manage",),
}


def test_the_guide_says_what_the_roles_declare() -> None:
    from tests.make import store

    store.set_up_django()
    from django.utils import translation

    from vinculo.project import roles

    lines = [line.strip("|").split("|") for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("|")]
    head, *rows = [[cell.strip() for cell in line] for line in lines if "---" not in line[0]]
    said = {row[0]: row[1:] for row in rows}

    with translation.override("en"):
        names = [str(role.name) for role in roles.ROLES]
    assert [name.lower().replace("front-line ", "") for name in names] == head[1:]
    assert set(said) == set(ROWS)
    for name, cells in said.items():
        for role, cell in zip(roles.ROLES, cells, strict=True):
            allowed = all(role.allows(f"staff.{code}") for code in ROWS[name])
            masked = name == "export a list" and not role.allows("staff.personal_data_view")
            written = "masked" if allowed and masked else "✓" if allowed else ""
            if name.startswith("**"):
                written = "✓" if allowed else "masked"
            assert (name, role.code, cell) == (name, role.code, written)
