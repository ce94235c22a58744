"""The users of the platform."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("relationship_manager", "Relationship manager"),
                            ("analyst", "Analyst"),
                            ("agent", "Front-line agent"),
                            ("team_lead", "Team lead"),
                            ("finance", "Finance"),
                            ("read_only", "Read-only"),
                        ],
                        default="read_only",
                        max_length=32,
                        verbose_name="role",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English"), ("es", "Spanish")],
                        default="",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "permissions": [
                    ("cockpit_view", "See the cockpit"),
                    ("value_view", "See what customers are worth"),
                    ("customer_list", "See the list of customers"),
                    ("customer_view", "See a customer"),
                    ("customer_change", "Change a customer"),
                    ("customer_export", "Export lists of customers"),
                    ("personal_data_view", "See personal data unmasked"),
                    ("money_view", "See margins and costs"),
                    ("order_view", "See orders"),
                    ("product_view", "See products"),
                    ("import_view", "See imports"),
                    ("import_run", "Import files"),
                    ("import_undo", "Undo an import"),
                    ("run_view", "See runs"),
                    ("run_start", "Start and cancel runs"),
                    ("run_publish", "Publish a run and roll it back"),
                    ("view_save", "Save views"),
                    ("view_share", "Share saved views"),
                    ("audit_view", "See who changed what"),
                    ("staff_manage", "Manage users and roles"),
                ],
                "default_permissions": ("add", "change", "delete", "view"),
                "constraints": [
                    models.CheckConstraint(
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
                                    "read_only",
                                ],
                            )
                        ),
                        name="staff_user_role_known",
                    )
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
    ]
