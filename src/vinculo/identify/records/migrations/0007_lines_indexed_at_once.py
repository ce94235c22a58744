"""Lines that come in by the hundred thousand are indexed at once, when they are all in."""

from django.db import migrations

# The application owns no table: these two functions, run as the owner, do that much to this one and no more. Both
# belong to one transaction, so whoever else asks for lines meanwhile waits, and if it fails nothing has happened.
FUNCTIONS = """
CREATE FUNCTION identify_lines_unindex(coming bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held bigint := (SELECT count(*) FROM (SELECT FROM public.identify_orderline LIMIT coming) AS looked_at);
BEGIN
    IF coming <= held THEN
        RETURN FALSE;
    END IF;
    LOCK TABLE public.identify_orderline;
    DROP INDEX public.identify_line_in_force;
    IF NOT EXISTS (SELECT FROM public.identify_orderline) THEN
        -- What fills a file of this transaction's own need not be written to the log of the database too.
        TRUNCATE public.identify_orderline;
    END IF;
    RETURN TRUE;
END
$$;
CREATE FUNCTION identify_lines_index() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    CREATE UNIQUE INDEX identify_line_in_force ON public.identify_orderline (order_id, line_key)
        WHERE superseded_by_id IS NULL;
END
$$
"""
DROP = "DROP FUNCTION identify_lines_unindex(bigint), identify_lines_index()"


class Migration(migrations.Migration):
    """Add the functions."""

    dependencies = [("identify", "0006_indexes_of_the_list")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
