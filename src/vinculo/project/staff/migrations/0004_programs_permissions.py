"""What programmes allow, and the people at the till."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("staff", "0003_more_permissions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "default_permissions": ("add", "change", "delete", "view"),
                "permissions": [
                    ("cockpit_view", "See the cockpit"),
                    ("value_view", "See what customers are worth"),
                    ("customer_list", "See the list of customers"),
                    ("customer_view", "See a customer"),
                    ("customer_change", "Change a customer"),
                    ("customer_merge", "Merge and separate customers"),
                    ("matching_view", "See matchings"),
                    ("matching_review", "Say who is one customer"),
                    ("matching_publish", "Match the base and publish it"),
                    ("customer_export", "Export lists of customers"),
                    ("relation_view", "See relations and households"),
                    ("relation_change", "Change relations and households"),
                    ("prospect_view", "See prospects"),
                    ("prospect_change", "Change and move prospects"),
                    ("personal_data_view", "See personal data unmasked"),
                    ("money_view", "See margins and costs"),
                    ("order_view", "See orders"),
                    ("event_view", "See what customers do on sites and in apps"),
                    ("product_view", "See products"),
                    ("consent_record", "Record consents"),
                    ("right_handle", "Handle requests of persons and give out their data"),
                    ("person_erase", "Erase a person and say how long data are kept"),
                    ("import_view", "See imports"),
                    ("import_run", "Import files"),
                    ("import_undo", "Undo an import"),
                    ("import_admit", "Let a file in that was held back"),
                    ("quality_view", "See data quality"),
                    ("quality_manage", "Say who answers for a field and what must hold"),
                    ("import_watch", "Say which folders are watched for files"),
                    ("source_view", "See sources of events and what they send"),
                    ("source_manage", "Make and revoke keys of sources, replay their quarantine"),
                    ("program_view", "See programmes with their rules, levels and rewards"),
                    ("program_manage", "Draft and propose rules, levels and rewards"),
                    ("program_approve", "Approve what others propose for a programme"),
                    ("member_view", "See members"),
                    ("member_manage", "Let members join, block them, correct their points"),
                    ("till_use", "Use the till: find members, award, redeem, take back"),
                    ("fraud_decide", "Decide what looks like fraud"),
                    ("finance_view", "See what programmes owe and cost"),
                    ("finance_close", "Close periods of programmes"),
                    ("run_view", "See runs"),
                    ("run_start", "Start and cancel runs"),
                    ("run_publish", "Publish a run and roll it back"),
                    ("view_save", "Save views"),
                    ("view_share", "Share saved views"),
                    ("audit_view", "See who changed what"),
                    ("token_manage", "Make and revoke tokens"),
                    ("webhook_manage", "Manage webhooks"),
                    ("staff_manage", "Manage users and roles"),
                ],
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        ),
        migrations.RemoveConstraint(
            model_name="user",
            name="staff_user_role_known",
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("administrator", "Administrator"),
                    ("relationship_manager", "Relationship manager"),
                    ("analyst", "Analyst"),
                    ("agent", "Front-line agent"),
                    ("team_lead", "Team lead"),
                    ("finance", "Finance"),
                    ("till", "Till operator"),
                    ("read_only", "Read-only"),
                ],
                default="read_only",
                max_length=32,
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "administrator",
                            "relationship_manager",
                            "analyst",
                            "agent",
                            "team_lead",
                            "finance",
                            "till",
                            "read_only",
                        ],
                    )
                ),
                name="staff_user_role_known",
            ),
        ),
    ]
