"""Trail: the triggers that write the audit trail, and the tables they stand on."""

from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from vinculo.project.database import privileges

TABLES: dict[str, tuple[str, ...]] = {
    "staff_user": ("password", "last_login"),
    "staff_user_groups": (),
    "staff_user_user_permissions": (),
    "auth_group_permissions": (),
    "identify_source": (),
    "identify_import": ("counts", "progress", "step"),
    "identify_importtemplate": (),
    "identify_watchedfolder": ("looked_at", "problem"),
    "identify_customer": ("search_text", "merged_into_id"),
    "identify_identifier": (),
    "identify_address": (),
    "identify_merge": (),
    "identify_assertion": (),
    "identify_matching": ("step", "progress", "counts"),
    "identify_matchingpolicy": (),
    "identify_candidate": ("weights", "priority"),
    "identify_category": (),
    "identify_product": ("search_text",),
    "identify_channel": (),
    "identify_consentchannel": (),
    "identify_consentpurpose": (),
    "identify_rightsrequest": (),
    "identify_retentionrule": (),
    "identify_relationkind": (),
    "identify_relation": (),
    "identify_household": (),
    "identify_householdmembership": (),
    "identify_lead": (),
    "identify_sender": (),
    "identify_writekey": ("digest",),
    "identify_fieldowner": (),
    "identify_threshold": (),
    "identify_shelflife": (),
    "differentiate_publication": (),
    "programs_program": (),
    "programs_unit": ("issuance_id", "redemption_id", "zone"),
    "programs_member": (),
    "programs_pool": (),
    "programs_handlimit": (),
    "programs_reward": ("stock", "held"),
    "programs_rewardprice": (),
    "programs_rewardlimit": (),
    "programs_servicehours": (),
    "programs_guarantee": (),
    "programs_levelset": (),
    "programs_level": (),
    "programs_levelterms": (),
    "programs_levelproposal": (),
    "programs_levelgrant": (),
    "programs_badge": (),
    "programs_challenge": (),
    "programs_streak": (),
    "programs_earlyaccess": (),
    "programs_ballot": (),
    "programs_ballotoption": (),
    "programs_suggestion": (),
    "programs_referralplan": (),
    "programs_referral": (),
    "programs_books": (),
    "programs_redemptionestimate": (),
    "programs_earningpolicy": (),
    "programs_rule": (),
    "programs_ruleversion": (),
    "programs_birthday": (),
    "measure_savedview": (),
    "exchange_token": ("digest", "last_used_at"),
    "exchange_endpoint": ("secret", "earlier_secret", "failures", "resting_until"),
    "exchange_event": ("position",),
}
"""Audited tables, each with the columns the trail leaves out: secrets, clocks and what is worked out from others."""

UNAUDITED: dict[str, str] = {
    "identify_order": "by import, with its lines, or told as an event; orders are never changed by hand",
    "identify_orderline": "by import: the import keeps its rows, and lines are never changed by hand",
    "identify_sourcerecord": "immutable by itself",
    "identify_membership": "opened and closed by a merge, which the trail keeps",
    "identify_consententry": "only added to, with who recorded it",
    "identify_consentrequest": "what comes of it is in the log of consents",
    "identify_tombstone": "it names nobody; the request that led to it is audited",
    "identify_linkchange": "says itself who changed what, and is only added to",
    "identify_leadstep": "says itself who moved what, and is only added to",
    "identify_householdpair": "made by a rule, a hundred thousand at a time; it says itself who decided",
    "identify_watchedfile": "progress of a folder, which the trail keeps; what came of a file is its import",
    "identify_event": "immutable by itself",
    **dict.fromkeys(
        ("identify_delivery", "identify_traffic", "identify_quarantined", "identify_refusal"),
        "kept as they came, or counted: nobody changes them by hand",
    ),
    **dict.fromkeys(
        (
            "identify_visitor",
            "identify_eventlink",
            "identify_trait",
            "identify_saleevent",
            "identify_productview",
            "identify_accountevent",
            "identify_accountrole",
        ),
        "follows from the events, and is worked out again from them",
    ),
    "identify_pace": "counts what may still be sent, many times a second",
    "identify_measurement": "counts of a day, measured anew by the next",
    "identify_finding": "follows from what is known of customers, and is worked out again from it",
    "differentiate_run": "a run is a folder that never changes; its row is progress",
    "differentiate_customervalue": "made anew by every run",
    **dict.fromkeys(
        ("programs_posting", "programs_transfer", "programs_lotuse", "programs_batch"),
        "the journal of points is only added to, and says itself who wrote what",
    ),
    **dict.fromkeys(
        ("programs_pointrate", "programs_campaignbudget", "programs_periodclose"),
        "only added to, and says itself who wrote it",
    ),
    **dict.fromkeys(("programs_account", "programs_lot", "programs_strand"), "follow from the journal of points"),
    **dict.fromkeys(
        ("programs_redemption", "programs_redemptionreturn", "programs_rewardcode", "programs_promise"),
        "says itself who did what, and when",
    ),
    **dict.fromkeys(
        ("programs_tillaction", "programs_tillpurchase", "programs_handgrant"), "says itself who did what, and when"
    ),
    **dict.fromkeys(("programs_limituse", "programs_codetry"), "counts what may still be given, many times a second"),
    "programs_levelstanding": "follows from the journal of points and from what is given by hand",
    "programs_levelchange": "only added to, and says itself from what it was decided",
    **dict.fromkeys(
        ("programs_signinask", "programs_signinpace", "programs_portalsession"),
        "who signed in to the portal, and how often somebody tried: secrets and counts",
    ),
    **dict.fromkeys(
        ("programs_challengeentry", "programs_vote", "programs_referralcode"), "what members do says itself who did it"
    ),
    "programs_merit": "follows from what members do; its points are in the journal",
    "programs_referralmark": "hashes to tell fraud, which name nobody",
    **dict.fromkeys(
        ("programs_earning", "programs_earnedline", "programs_earnedaward", "programs_ruleday", "programs_pointspaid"),
        "follows from orders and rules; what was posted of it is in the journal of points",
    ),
    "programs_replay": "says itself who asked for it; its row is progress",
    "exchange_reply": "what was answered to a call whose changes the trail keeps",
    "exchange_delivery": "progress of an event, which the trail keeps",
    "audit_entry": "the trail itself",
}
"""Tables of our own that the trail leaves out, and why."""

ATTACH = """
CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS audit_new
    FOR EACH STATEMENT EXECUTE FUNCTION audit_record({skipped});
CREATE OR REPLACE TRIGGER audit_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS audit_old
    NEW TABLE AS audit_new FOR EACH STATEMENT EXECUTE FUNCTION audit_record({skipped});
CREATE OR REPLACE TRIGGER audit_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS audit_old
    FOR EACH STATEMENT EXECUTE FUNCTION audit_record({skipped})
"""


def secure(using: str = "default", **_signal: Any) -> None:
    """Attach the triggers, then give and take the privileges of the application role; runs after every migration."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_entry') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return
        attach(cursor)
        privileges.ensure_application(cursor)
        privileges.grant(cursor)
        # Whoever may make a trigger with it could write into the trail; a restored database has forgotten this.
        cursor.execute("REVOKE ALL ON FUNCTION audit_record() FROM PUBLIC")


def attach(cursor: CursorWrapper) -> None:
    """Put the triggers on every audited table that exists."""
    cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    existing = {name for (name,) in cursor.fetchall()}
    for table, skipped in TABLES.items():
        if table in existing:
            words = sql.SQL(", ").join(sql.Literal(column) for column in skipped)
            cursor.execute(sql.SQL(ATTACH).format(table=sql.Identifier(table), skipped=words))
