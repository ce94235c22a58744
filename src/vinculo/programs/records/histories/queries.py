"""Queries: what is read of orders, members and goods; numbers only, texts once for each thing."""

FEW = 20_000
"""Rows below which others are looked up one by one, by an index."""
SOME = "placed.id = ANY(%(ids)s)"
PERIOD = "placed.happened_at >= %(starts_at)s AND placed.happened_at < %(ends_at)s"
SOME_PRODUCTS = "product.id = ANY(%(ids)s)"
SOME_MEMBERS = "member.id = ANY(%(ids)s)"
SOME_LINES = "back.returns_line_id = ANY(%(ids)s)"
BACK_BY = (
    "EXISTS (SELECT FROM identify_order AS brought "
    "WHERE brought.id = back.order_id AND brought.happened_at <= %(as_of)s)"
)
_PARTIES = (
    "SELECT party.id FROM identify_customer AS party "
    "WHERE party.id = ANY(%(customers)s) OR party.merged_into_id = ANY(%(customers)s)"
)
OF_CUSTOMERS = f"member.customer_id IN ({_PARTIES})"
OF_BUYERS = f"placed.customer_id IN ({_PARTIES})"
_MICROSECONDS = "(extract(epoch FROM placed.happened_at) * 1000000)::bigint"
_SOLD = "line.superseded_by_id IS NULL AND line.line_kind = 'sale' AND line.quantity > 0"

ORDERS = f"""
SELECT placed.id, placed.source_id, {_MICROSECONDS}, placed.channel_id,
    coalesce(buyer.merged_into_id, buyer.id), buyer.id, {{number}}
FROM identify_order AS placed JOIN identify_customer AS buyer ON buyer.id = placed.customer_id
WHERE {{which}} AND placed.currency = %(currency)s
"""
LINE_COLUMNS = ("id", "order", "product", "quantity", "gross", "discount", "net", "tax")
LINES = f"""
SELECT line.id, line.order_id, line.product_id, (line.quantity * 10000)::bigint, line.gross_minor, line.discount_minor,
    line.net_minor, line.tax_minor, {{key}}
FROM identify_order AS placed JOIN identify_orderline AS line ON line.order_id = placed.id
WHERE {{which}} AND placed.currency = %(currency)s AND placed.customer_id IS NOT NULL AND {_SOLD}
"""
MEMBERS = """
SELECT member.id, coalesce(party.merged_into_id, party.id), party.id, member.joined_on - DATE '1970-01-01',
    coalesce(member.left_on - DATE '1970-01-01', 2147483647)
FROM programs_member AS member JOIN identify_customer AS party ON party.id = member.customer_id
WHERE member.program_id = %(program)s AND {which}
ORDER BY 2, member.joined_on, member.id
"""
MEMBER_WORDS = """
SELECT member.id, member.kind, coalesce(customer.country, ''), coalesce(customer.language, ''),
    coalesce(customer.acquisition_channel, ''), coalesce(home.city, ''), coalesce(home.postcode, ''),
    coalesce(value.rfmt_segment, ''), coalesce((
        SELECT level.code FROM programs_levelstanding AS standing
        JOIN programs_level AS level ON level.level_set_id = standing.level_set_id AND level.rank = standing.rank
        WHERE standing.member_id = member.id ORDER BY standing.level_set_id LIMIT 1), '')
FROM programs_member AS member
LEFT JOIN identify_customer AS party ON party.id = member.customer_id
LEFT JOIN identify_customer AS customer ON customer.id = coalesce(party.merged_into_id, party.id)
LEFT JOIN LATERAL (
    SELECT city, postcode FROM identify_address AS address WHERE address.customer_id = customer.id
    ORDER BY address.kind = 'main' DESC, address.id LIMIT 1
) AS home ON TRUE
LEFT JOIN differentiate_customervalue AS value ON value.run_id = %(run)s AND value.customer_id = customer.id
WHERE member.program_id = %(program)s AND {which}
"""
JOINED = "SELECT id, joined_on - DATE '1970-01-01' FROM programs_member WHERE id = ANY(%(ids)s)"
SOURCES = "SELECT id, code FROM identify_source"
CHANNELS = "SELECT id, code, kind FROM identify_channel"
PRODUCTS = """
SELECT product.id, product.code, coalesce(category.path, '') FROM identify_product AS product
LEFT JOIN identify_category AS category ON category.id = product.category_id WHERE {which}
"""
RETURNED = """
SELECT back.returns_line_id, (sum(-back.quantity) * 10000)::bigint FROM identify_orderline AS back
WHERE back.returns_line_id IS NOT NULL AND back.superseded_by_id IS NULL AND back.quantity < 0 AND {which} GROUP BY 1
"""
BACKS = """
SELECT back.returns_line_id, (extract(epoch FROM brought.happened_at) * 1000000)::bigint,
    (-back.quantity * 10000)::bigint
FROM identify_orderline AS back JOIN identify_order AS brought ON brought.id = back.order_id
WHERE back.returns_line_id IS NOT NULL AND back.superseded_by_id IS NULL AND back.quantity < 0
"""
PAID = """
SELECT placed.id, paid.paid_minor FROM programs_pointspaid AS paid
JOIN identify_source AS source ON source.code = paid.source
JOIN identify_order AS placed ON placed.source_id = source.id AND placed.number = paid.number
WHERE paid.program_id = %(program)s AND {which}
"""
OTHERS = f"""
SELECT placed.id, coalesce(buyer.merged_into_id, buyer.id), {_MICROSECONDS}
FROM identify_order AS placed JOIN identify_customer AS buyer ON buyer.id = placed.customer_id
WHERE {{which}} AND placed.currency = %(currency)s AND EXISTS (
    SELECT FROM identify_orderline AS line WHERE line.order_id = placed.id AND {_SOLD})
"""
