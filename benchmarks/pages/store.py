"""A customer base of any size, written by the database itself: names, identifiers, orders; and two runs over it."""

from datetime import UTC, date, datetime

import psycopg

LINES_AN_ORDER, ORDERS_A_CUSTOMER, PRODUCTS = 5, 2, 5_000
AS_OF = (date(2024, 9, 30), date(2024, 12, 31))
"""The days that the two runs look from: pages compare the later, which is published, with the earlier."""
NOW = datetime(2025, 1, 1, 3, 0, tzinfo=UTC)
HEAVIEST = 10
"""Customers, the first ones, to whom every 200th order goes: a thousand each, of a million customers."""

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
# Customers come over two years, buy for a while and cease; some buy much more than others, the first without end.
FILL = """
SET session_replication_role = replica;
INSERT INTO identify_source (code, name, kind) VALUES ('shop', 'Shop', 'file');
INSERT INTO identify_channel (code, name, kind) VALUES ('web', 'web', ''), ('shop', 'shop', ''), ('mail', 'mail', '');
INSERT INTO identify_category (name, path) SELECT 'Category ' || n, 'Category ' || n FROM generate_series(1, 40) n;
INSERT INTO identify_product (source_id, code, name, search_text, category_id, currency)
SELECT 1, 'P' || n, 'Product of the house no. ' || n, '', 1 + n % 40, '' FROM generate_series(1, {products}) n;
CREATE TEMP TABLE syllables AS SELECT string_to_array('ba be bo ca co da di fa fe ga go la le li lo ma me mi mo na ne '
    'no pa pe po ra re ri ro sa se so ta te to va ve vi za zo', ' ') AS s;
INSERT INTO identify_customer (kind, standing, name, given_name, family_name, second_family_name, search_text,
    language, country, acquisition_channel, created_at)
SELECT CASE WHEN n % 20 = 0 THEN 'organisation' ELSE 'person' END,
    CASE WHEN n % 10 = 7 THEN 'prospect' ELSE 'actual' END,
    name, '', '', '', identify_fold(name), '', (ARRAY['ES', 'ES', 'ES', 'FR', 'IT', 'PT', 'AD', ''])
        [1 + floor(8 * hashed(n, 13))::int], '', now()
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
INSERT INTO identify_address (customer_id, kind, lines, postcode, city, region, country, source_id)
SELECT id, 'main', 'Calle Mayor, ' || id % 200, lpad((id % 52000)::text, 5, '0'), 'Ciudad', '', country, 1
FROM identify_customer WHERE id % 2 = 0;
INSERT INTO identify_sourcerecord (source_id, kind, source_key, version, payload, row_number, recorded_at)
SELECT 1, 'customers', 'C' || id, 1, jsonb_build_object('raw', jsonb_build_object('Name', name)), id, created_at
FROM identify_customer;
INSERT INTO identify_order (source_id, number, customer_id, happened_at, channel_id, currency)
SELECT 1, 'N' || n, c, '2022-01-01 08:00+00'::timestamptz + interval '1 day' * floor(
    700 * hashed(c, 9) + power(hashed(n, 12), 0.8) * (1085 - 700 * hashed(c, 9)) * power(hashed(c, 11), 0.7)),
    1 + floor(3 * power(hashed(c, 14), 2))::int, 'EUR'
FROM (
    SELECT n, CASE WHEN bought % 10 = 7 THEN bought - 1 ELSE bought END AS c
    FROM (
        SELECT n, CASE WHEN n % 200 = 0 THEN 1 + n / 200 % {heaviest}
            ELSE 1 + floor({customers} * power(hashed(n, 8), 1.5))::bigint END AS bought
        FROM generate_series(1, {orders}) n
    ) AS drawn
) AS ordered;
INSERT INTO identify_orderline (order_id, customer_id, product_id, happened_at, line_key, line_kind, quantity,
    gross_minor, discount_minor, net_minor, row_number)
SELECT o.id, o.customer_id, 1 + (o.id * 13 + k * 17) % {products}, o.happened_at, k::text,
    CASE WHEN sign > 0 THEN 'sale' ELSE 'return' END, sign * (1 + k % 3), sign * price, 0, sign * price, k
FROM identify_order o, generate_series(1, {an_order}) k, LATERAL (
    SELECT CASE WHEN o.id % 25 = 0 AND k = {an_order} THEN -1 ELSE 1 END AS sign,
        (300 + 2500 * power(hashed(o.customer_id, 10), 3) + (o.id + k) % 400)::bigint AS price
) AS priced;
INSERT INTO identify_event (id, source_id, message_id, type, name, user_key, visitor_key, happened_at, recorded_at,
    remark, payload)
SELECT n, 1, n::text, CASE WHEN n % 4 = 0 THEN 'track' ELSE 'page' END,
    CASE WHEN n % 4 = 0 THEN 'Product Viewed' ELSE 'Page ' || n % 50 END, 'C' || c, '',
    '2022-06-01 08:00+00'::timestamptz + interval '1 minute' * floor(1300000 * hashed(n / 5, 15) + 2 * (n % 5)), now(),
    '', jsonb_build_object('properties', jsonb_build_object('path', '/' || n % 50))
FROM (
    SELECT n, CASE WHEN n % 100 < 5 THEN 1 + n / 100 % {heaviest} ELSE 1 + (n / 5) * 7919 % {customers} END AS c
    FROM generate_series(1, {customers}) n
) AS visited;
INSERT INTO identify_productview (event, product_id, happened_at)
SELECT id, 1 + id % {products}, happened_at FROM identify_event WHERE name = 'Product Viewed';
INSERT INTO identify_consententry (customer_id, covers, purpose_id, channel_id, action, happened_at, origin, form,
    text_shown, address, evidence, recorded_by, recorded_at)
SELECT customer.id, '[]', purpose.id, channel.id, CASE WHEN customer.id % 7 = 0 THEN 'withdrawn' ELSE 'given' END,
    '2023-01-01 08:00+00'::timestamptz + interval '1 hour' * (customer.id % 9000), 'web form', '', '', '', '{{}}', '',
    now()
FROM identify_customer AS customer,
    LATERAL (SELECT id FROM identify_consentpurpose WHERE by_channel LIMIT 1) AS purpose,
    LATERAL (SELECT id FROM identify_consentchannel ORDER BY position LIMIT 2) AS channel WHERE customer.id % 2 = 0
"""
HASHED = """
CREATE FUNCTION hashed(n bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$
"""


def fill(owner: str, customers: int) -> None:
    """Fill an empty store with so many customers, each with two orders of five lines in the mean."""
    orders = customers * ORDERS_A_CUSTOMER
    sizes = {"customers": customers, "orders": orders, "an_order": LINES_AN_ORDER, "products": PRODUCTS}
    names = {"given": GIVEN, "givens": len(GIVEN.split()), "family": FAMILY, "families": len(FAMILY.split())}
    filled = FILL.format(**sizes, **names, heaviest=HEAVIEST)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(HASHED)
        for statement in filled.split(";\n"):
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")


def analyse() -> None:
    """Make the runs as the platform does, and publish them: lines are landed, analysed, and the values served."""
    # Django is set up by now: models may be imported.
    from vinculo.differentiate.records import services, work

    for day in AS_OF:
        chosen = {"as_of": day.isoformat(), "horizon_days": 365, "by": ["country", "channel"]}
        run = services.run_open(as_of=day, settings=chosen, now=NOW, publishing=True)
        work.run_make(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()
        if run.state != run.State.DONE:
            raise SystemExit(f"the run of {day} ended {run.state}: {run.error}")
