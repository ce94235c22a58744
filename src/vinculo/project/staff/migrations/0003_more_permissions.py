"""What more there is to allow: watched folders, data quality, events."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_permissions"),
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
    ]
