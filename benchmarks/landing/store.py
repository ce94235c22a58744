"""A shop of any size in an operational store of its own, written by the database itself."""

LINES_AN_ORDER, ORDERS_A_CUSTOMER, PRODUCTS = 5, 2, 5_000

FILL = """
INSERT INTO identify_source (code, name, kind) VALUES ('shop', 'Shop', 'file');
INSERT INTO identify_import (source_id, kind, file_name, content_sha256, bytes, mapping, options, counts, state, step,
    progress, problem, created_at, created_by, finished_at)
SELECT s.id, 'orders', 'orders.csv', 'none', 0, '{{}}', '{{}}', '{{}}', 'done', '', 1, '', now(), '', now()
FROM identify_source s;
INSERT INTO identify_channel (code, name, kind) VALUES ('web', 'web', ''), ('shop', 'shop', '');
INSERT INTO identify_category (name, path) SELECT 'Category ' || n, 'Category ' || n FROM generate_series(1, 40) n;
INSERT INTO identify_product (source_id, code, name, search_text, category_id, currency)
SELECT 1, 'P' || n, 'Product of the house no. ' || n, '', 1 + n % 40, '' FROM generate_series(1, {products}) n;
INSERT INTO identify_customer (kind, standing, name, given_name, family_name, second_family_name, search_text,
    language, country, acquisition_channel, created_at)
SELECT 'person', 'actual', 'Customer ' || n, '', '', '', '', '', (ARRAY['Spain', 'France', 'Italy'])[1 + n % 3], '',
    now()
FROM generate_series(1, {customers}) n;
INSERT INTO identify_order (source_id, number, customer_id, happened_at, channel_id, currency, import_id)
SELECT 1, 'N' || n, 1 + (n::bigint * 7919) % {customers},
    '2024-01-01 08:00+00'::timestamptz + n * interval '20 seconds',
    1 + n % 2, 'EUR', 1
FROM generate_series(1, {orders}) n;
INSERT INTO identify_orderline (order_id, customer_id, product_id, happened_at, line_key, line_kind, quantity,
    gross_minor, discount_minor, net_minor, import_id, row_number)
SELECT o, 1 + (o::bigint * 7919) % {customers}, 1 + n % {products},
    '2024-01-01 08:00+00'::timestamptz + o * interval '20 seconds', (n % {an_order})::text, 'sale', 1 + n % 3,
    1000 + n % 900, n % 50, 1000 + n % 900 - n % 50, 1, n
FROM generate_series(0, {lines} - 1) n, LATERAL (SELECT 1 + n / {an_order} AS o) AS numbered
"""


def statements(lines: int) -> list[str]:
    """Return the statements that fill an empty store with so many lines."""
    orders = lines // LINES_AN_ORDER
    filled = FILL.format(
        lines=lines,
        orders=orders,
        customers=max(1, orders // ORDERS_A_CUSTOMER),
        products=PRODUCTS,
        an_order=LINES_AN_ORDER,
    )
    return [*filled.split(";\n"), "VACUUM ANALYZE"]
