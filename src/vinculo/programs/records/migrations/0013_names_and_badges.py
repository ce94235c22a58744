"""Names in Spanish where they differ (that of a rule stays as its words do), and badges that are given by themselves."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION programs_ruleversion_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state NOT IN ('draft', 'proposed') THEN
            RAISE EXCEPTION 'a rule that was approved is never removed: withdraw it';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ('draft', 'proposed') AND (OLD.state = 'draft' OR NEW.state = 'draft'
        OR (NEW.definition, NEW.name, NEW.name_es) IS NOT DISTINCT FROM (OLD.definition, OLD.name, OLD.name_es)) THEN
        RETURN NEW;
    END IF;
    IF NEW.state IN ('draft', 'proposed') OR (NEW.rule_id, NEW.version, NEW.definition, NEW.name, NEW.name_es,
        NEW.starts_on, NEW.authors, NEW.approved_by, NEW.approved_at) IS DISTINCT FROM (OLD.rule_id, OLD.version,
        OLD.definition, OLD.name, OLD.name_es, OLD.starts_on, OLD.authors, OLD.approved_by, OLD.approved_at) THEN
        RAISE EXCEPTION 'what a rule says is never changed once it is proposed: write a new version';
    END IF;
    RETURN NEW;
END $$
"""


def spanish() -> models.CharField:
    """Return the field; what is written by those who do not know of it yet has none."""
    return models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name="name in Spanish")


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0012_terms_and_partners"),
    ]

    operations = [
        migrations.AddField(model_name="program", name="name_es", field=spanish()),
        migrations.AddField(model_name="ruleversion", name="name_es", field=spanish()),
        migrations.AddField(model_name="unit", name="name_es", field=spanish()),
        migrations.AlterField(
            model_name="unit", name="name", field=models.CharField(max_length=120, verbose_name="name")
        ),
        migrations.RunSQL(GUARD, GUARD.replace(", NEW.name_es", "").replace(", OLD.name_es", "")),
        migrations.AddField(
            model_name="badge",
            name="level",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programs.level",
            ),
        ),
        migrations.AddField(
            model_name="badge",
            name="years",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="years as a customer"),
        ),
        migrations.AlterField(
            model_name="merit",
            name="kind",
            field=models.CharField(
                choices=[
                    ("challenge", "challenge"),
                    ("streak", "streak"),
                    ("referral", "referral"),
                    ("badge", "badge"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddConstraint(
            model_name="badge",
            constraint=models.CheckConstraint(
                condition=models.Q(("level", None), ("years", None), _connector="OR"),
                name="programs_badge_is_given_for_one_thing",
            ),
        ),
    ]
