"""Tables of the portal: mails that let in, how often somebody tried, and sessions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identify", "0017_matchings_follow_arrivals"),
        ("programs", "0007_guarantees"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handle_digest", models.BinaryField(max_length=32, unique=True)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("holder", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("brought_by", models.CharField(blank=True, max_length=16)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("code_digest", models.BinaryField(max_length=32, null=True)),
                ("link_digest", models.BinaryField(max_length=32, null=True, unique=True)),
                ("choices", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "mail to sign in",
                "verbose_name_plural": "mails to sign in",
                "indexes": [
                    models.Index(fields=["holder"], name="programs_signinask_holder"),
                    models.Index(fields=["asked_at"], name="programs_signinask_asked"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInPace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=80, unique=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("tried_at", models.DateTimeField()),
                ("locked_until", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["tried_at"], name="programs_signinpace_tried")],
            },
        ),
        migrations.CreateModel(
            name="PortalSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.BinaryField(max_length=32, unique=True)),
                ("choices", models.JSONField(default=list)),
                ("brought_by", models.CharField(blank=True, max_length=16)),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identify.customer",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programs.member"
                    ),
                ),
            ],
            options={
                "verbose_name": "session of the portal",
                "verbose_name_plural": "sessions of the portal",
                "indexes": [models.Index(fields=["expires_at"], name="programs_portalsession_ends")],
            },
        ),
    ]
