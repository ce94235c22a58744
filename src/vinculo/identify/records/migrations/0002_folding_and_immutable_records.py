"""Names folded for search in SQL as in Python, and source records that nobody changes."""

from django.db import migrations

# The same as `vinculo.identify.folding.fold`, for whole tables at once.
FOLD = r"""
CREATE FUNCTION identify_fold(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(replace(lower(regexp_replace(normalize(written, NFKD), '[\u0300-\u036f]', '', 'g')),
                 U&'\03C2', U&'\03C3'), '\s+', ' ', 'g'))
$$
"""

GUARD = """
CREATE FUNCTION identify_sourcerecord_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (
            SELECT FROM gone WHERE coalesce(gone.import_id::text, 'none') IS DISTINCT FROM current_setting('vinculo.undoing', true)
        ) THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'a source record is never changed: only the undo of its import removes it';
END
$$;
CREATE TRIGGER identify_sourcerecord_update BEFORE UPDATE OR TRUNCATE ON identify_sourcerecord
    FOR EACH STATEMENT EXECUTE FUNCTION identify_sourcerecord_refuse();
CREATE TRIGGER identify_sourcerecord_delete AFTER DELETE ON identify_sourcerecord
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION identify_sourcerecord_refuse()
"""


class Migration(migrations.Migration):
    """Add the function and the guard."""

    dependencies = [("identify", "0001_initial")]
    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION identify_fold(text)"),
        migrations.RunSQL(GUARD, "DROP FUNCTION identify_sourcerecord_refuse() CASCADE"),
    ]
