"""A customer base of any size with names, identifiers, orders and a published run, written by the database itself."""

from datetime import UTC, date, datetime

import psycopg

LINES_AN_ORDER, ORDERS_A_CUSTOMER, PRODUCTS = 5, 2, 5_000
AS_OF = date(2024, 12, 31)
NOW = datetime(2025, 1, 1, 3, 0, tzinfo=UTC)

GIVEN = (
    "María Carmen Ana Isabel Laura Cristina Marta Francisca Lucía Paula Elena Rosa Raquel Sara Irene Julia "
    "Silvia Nuria Antonio Manuel José Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael "
    "Pablo Pedro Ángel Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Raúl Óscar Iván Rubén Andrés "
    "Hugo Mario Víctor Marcos Íñigo Nicolás"
)
FAMILY = (
    "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz "
    "Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Ramírez Gil Serrano "
    "Molina Blanco Morales Suárez Ortega Delgado Castro Ortiz Marín Rubio Sanz Núñez Medina Iglesias Castillo "
    "Cortés Garrido Santos Guerrero Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera "
    "Gallego Calvo Vidal Campos Vega"
)
# A few families hold many, most hold few: the third of customers with the commonest names are the hard searches.
FILL = """
SET session_replication_role = replica;
INSERT INTO identify_source (code, name, kind) VALUES ('shop', 'Shop', 'file');
INSERT INTO identify_channel (code, name, kind) VALUES ('web', 'web', ''), ('shop', 'shop', '');
INSERT INTO identify_product (source_id, code, name, search_text, currency)
SELECT 1, 'P' || n, 'Product of the house no. ' || n, '', '' FROM generate_series(1, {products}) n;
CREATE TEMP TABLE syllables AS SELECT string_to_array('ba be bo ca co da di fa fe ga go la le li lo ma me mi mo na ne '
    'no pa pe po ra re ri ro sa se so ta te to va ve vi za zo', ' ') AS s;
INSERT INTO identify_customer (kind, standing, name, given_name, family_name, second_family_name, search_text,
    language, country, acquisition_channel, created_at)
SELECT CASE WHEN n % 20 = 0 THEN 'organisation' ELSE 'person' END,
    CASE WHEN n % 10 = 7 THEN 'prospect' ELSE 'actual' END,
    name, '', '', '', identify_fold(name), '', (ARRAY['ES', 'FR', 'IT', 'PT'])[1 + n % 4], '', now()
FROM (
    SELECT n, (string_to_array('{given}', ' '))[1 + floor({givens} * power(hashed(n, 1), 1.7))::int] || ' ' || CASE
        WHEN n % 3 = 0 THEN (string_to_array('{family}', ' '))[1 + floor({families} * power(hashed(n, 2), 2))::int]
        ELSE initcap(s[1 + floor(40 * hashed(n, 3))::int] || s[1 + floor(40 * hashed(n, 4))::int]
            || s[1 + floor(40 * hashed(n, 5))::int]) END || ' ' ||
        initcap(s[1 + floor(40 * hashed(n, 6))::int] || s[1 + floor(40 * hashed(n, 7))::int] || 'z') AS name
    FROM generate_series(1, {customers}) n, syllables
) AS named;
INSERT INTO identify_identifier (customer_id, kind, value, normalised, source_id)
SELECT id, 'source_key', 'C' || id, 'c' || id, 1 FROM identify_customer ORDER BY id;
INSERT INTO identify_identifier (customer_id, kind, value, normalised, source_id)
SELECT id, 'email', mail, mail, 1
FROM (SELECT id, replace(search_text, ' ', '.') || id % 1000 || '@example.org' AS mail FROM identify_customer) AS mails
WHERE id % 10 < 7 ORDER BY id;
INSERT INTO identify_identifier (customer_id, kind, value, normalised, source_id)
SELECT id, 'phone', '+34' || phone, '34' || phone, 1
FROM (SELECT id, 600000000 + (id * 7919) % 99999989 AS phone FROM identify_customer) AS phones WHERE id % 10 < 6
ORDER BY id;
INSERT INTO identify_order (source_id, number, customer_id, happened_at, channel_id, currency)
SELECT 1, 'N' || n, 1 + floor({customers} * power(hashed(n, 8), 1.5))::bigint,
    '2022-01-01 08:00+00'::timestamptz + n * (interval '1090 days' / {orders}), 1 + n % 2, 'EUR'
FROM generate_series(1, {orders}) n;
INSERT INTO identify_orderline (order_id, customer_id, product_id, happened_at, line_key, line_kind, quantity,
    gross_minor, discount_minor, net_minor, row_number)
SELECT o.id, o.customer_id, 1 + (o.id * 13 + k * 17) % {products}, o.happened_at, k::text, 'sale', 1 + k % 3,
    1000 + (o.id + k) % 900, 0, 1000 + (o.id + k) % 900, k
FROM identify_order o, generate_series(1, {an_order}) k
"""
HASHED = """
CREATE FUNCTION hashed(n bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$
"""
SCORES = """
INSERT INTO {table} (run_id, customer_id, {columns})
SELECT {run}, customer_id, {values}
FROM (
    SELECT customer_id, row_number() OVER (ORDER BY count(*) DESC, customer_id) AS rank, count(*) AS orders,
        (DATE '{as_of}' - max(happened_at)::date) AS since, min(happened_at)::date AS first,
        max(happened_at)::date AS last, hashed(customer_id, 9) AS u, hashed(customer_id, 10) AS v
    FROM identify_order GROUP BY customer_id
) AS bought
"""
VALUES = {
    "contribution_rank": "rank",
    "contribution_minor": "orders * 5000",
    "net_sales_minor": "orders * 9000",
    "residual_value_minor": "(u * 100000)::bigint",
    "residual_value_low_minor": "(u * 90000)::bigint",
    "residual_value_high_minor": "(u * 110000)::bigint",
    "total_value_minor": "orders * 5000 + (u * 100000)::bigint",
    "p_buys": "v",
    "purchase_days": "orders",
    "repeat_purchase_days": "orders - 1",
    "since_last_days": "since",
    "first_purchase_on": "first",
    "last_purchase_on": "last",
    "value_tier": "CASE WHEN u > 0.99 THEN 'high_performance' WHEN u > 0.9 THEN 'high_potential' ELSE 'standard' END",
    "relationship_area": "(ARRAY['acquire','maintain','maximise','build_loyalty','retain'])[1 + floor(5 * v)::int]",
    "rfmt_segment": "'champions'",
    "country": "(ARRAY['ES', 'FR', 'IT', 'PT'])[1 + customer_id % 4]",
    "expected_spend_minor": "9000",
}


def fill(owner: str, customers: int) -> None:
    """Fill an empty store with so many customers, each with two orders of five lines in the mean."""
    orders = customers * ORDERS_A_CUSTOMER
    sizes = {"customers": customers, "orders": orders, "an_order": LINES_AN_ORDER, "products": PRODUCTS}
    names = {"given": GIVEN, "givens": len(GIVEN.split()), "family": FAMILY, "families": len(FAMILY.split())}
    filled = FILL.format(**sizes, **names)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(HASHED)
        for statement in filled.split(";\n"):
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")


def publish(owner: str) -> None:
    """Serve and publish a run over all customers who bought."""
    # Django is set up by now: models may be imported.
    from vinculo.differentiate.records import services
    from vinculo.differentiate.records.models import CustomerValue, Run

    run = services.run_open(as_of=AS_OF, settings={"horizon_days": 365, "currency": "EUR"}, now=NOW)
    table = services.partition_open(run_id=run.pk)
    filled = {
        field.column: VALUES.get(field.column, "'1'")
        for field in CustomerValue._meta.concrete_fields
        if field.column and field.column not in ("run_id", "customer_id") and (not field.null or field.column in VALUES)
    }
    with psycopg.connect(owner, autocommit=True) as connection:
        columns, values = ", ".join(filled), ", ".join(filled.values())
        connection.execute(
            SCORES.format(table=table, columns=columns, values=values, run=run.pk, as_of=AS_OF.isoformat())
        )
    services.partition_attach(run_id=run.pk)
    Run.objects.filter(pk=run.pk).update(state="done", folder="none", served_at=NOW)
    services.run_publish(run_id=run.pk, now=NOW)
