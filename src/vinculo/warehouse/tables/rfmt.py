"""RFMT: edges, cells, segments, cross-tab, migration and test mailing."""

from vinculo.warehouse.tables.contract import Column, Table

DIMENSIONS = (
    Column("dimension", "text", "what the table is cut by; all for everybody"),
    Column("dimension_value", "text", "the value of the dimension; all for everybody"),
)

RFMT_EDGES = Table(
    "rfmt_edges",
    "one score of one letter, within the R and F scores of nested bins; each letter adds up to all customers, and the "
    "edges are the same for every value of a dimension, so that scores compare",
    (
        Column("letter", "text", "recency, frequency, monetary or time"),
        Column("column_name", "text", "the column of the profile that the letter measures"),
        Column("recency_bin", "integer", "R score within which the edge holds (nested bins); 0 for any"),
        Column("frequency_bin", "integer", "F score within which the edge holds (nested bins); 0 for any"),
        Column("score", "integer", "the score; 5 is best", "1 to 5"),
        Column(
            "who", "text", "range: by value; one_purchase: no interval between purchases; no_purchase: only returns"
        ),
        Column("lower", "number", "lower edge; null when there is none", "as the column", nullable=True),
        Column("upper", "number", "upper edge; null when there is none", "as the column", nullable=True),
        Column(
            "lower_included", "boolean", "the lower edge belongs to the score and the upper does not; else reversed"
        ),
        Column("customers", "integer", "customers with this score when the edges were cut"),
    ),
)

RFMT_CELLS = Table(
    "rfmt_cells",
    "one RF, RFM or RFMT cell that holds customers, within a value of a dimension; each grain adds up to all customers",
    (
        *DIMENSIONS,
        Column("grain", "text", "rf, rfm or rfmt: which scores make the cell"),
        Column("cell", "text", "the scores written together, such as 54, 542 or 5421"),
        Column("recency_score", "integer", "R of RFMT: 5 bought most recently", "1 to 5"),
        Column("frequency_score", "integer", "F of RFMT: 5 bought most often", "1 to 5"),
        Column("monetary_score", "integer", "M of RFMT; null in rf", "1 to 5", nullable=True),
        Column("time_score", "integer", "T of RFMT; null in rf and rfm", "1 to 5", nullable=True),
        Column("customers", "integer", "customers in the cell"),
        Column("customers_share", "number", "their share of the customers of the dimension's value", "share"),
        Column("net_sales_minor", "integer", "sales after discounts and returns", "minor units"),
        Column("contribution_minor", "integer", "past profit", "minor units"),
        Column("residual_value_minor", "integer", "discounted contribution expected in the horizon", "minor units"),
        Column("mean_expected_purchases", "number", "mean expected purchase days in the horizon"),
        Column("mean_p_buys", "number", "mean probability of a purchase in the horizon", "share"),
        Column(
            "mean_contribution_per_purchase_minor",
            "number",
            "mean expected contribution of a future purchase day",
            "minor units",
        ),
        Column(
            "break_even_response_rate",
            "number",
            "contact cost / mean contribution of a purchase day; null when that is not positive: no rate pays",
            "share",
            nullable=True,
        ),
        Column("p_buys_exceeds_break_even", "boolean", "the mean probability of a purchase is above break-even"),
    ),
)

RFMT_SEGMENTS = Table(
    "rfmt_segments",
    "one named segment that holds customers, within a value of a dimension",
    (
        *DIMENSIONS,
        Column("rfmt_segment", "text", "first named segment whose rule matches"),
        Column("customers", "integer", "customers in the segment"),
        Column("customers_share", "number", "their share of the customers of the dimension's value", "share"),
        Column("net_sales_minor", "integer", "sales after discounts and returns", "minor units"),
        Column("contribution_minor", "integer", "past profit", "minor units"),
        Column("residual_value_minor", "integer", "discounted contribution expected in the horizon", "minor units"),
        Column("mean_recency_score", "number", "mean R", "1 to 5"),
        Column("mean_frequency_score", "number", "mean F", "1 to 5"),
        Column("mean_monetary_score", "number", "mean M", "1 to 5"),
        Column("mean_time_score", "number", "mean T", "1 to 5"),
        Column("mean_expected_purchases", "number", "mean expected purchase days in the horizon"),
        Column("mean_p_buys", "number", "mean probability of a purchase in the horizon", "share"),
    ),
)

RFMT_CROSSTAB = Table(
    "rfmt_crosstab",
    "one named segment and type of goods bought most, within a value of a dimension",
    (
        *DIMENSIONS,
        Column("rfmt_segment", "text", "first named segment whose rule matches"),
        Column("dominant_category", "text", "type of goods bought most; null where unknown", nullable=True),
        Column("customers", "integer", "customers with both"),
        Column("net_sales_minor", "integer", "sales after discounts and returns", "minor units"),
        Column("segment_share", "number", "share of the segment's customers who buy this type most", "share"),
        Column("affinity", "number", "customers / customers expected if segment and type were independent; 1 is usual"),
    ),
)

MIGRATION = Table(
    "migration",
    "one label of an earlier run and one of this run that some customer moved between, within a value of a dimension, "
    "which is that of the later run where it holds the customer",
    (
        *DIMENSIONS,
        Column("label", "text", "what is compared: rfmt_segment, value_tier or relationship_area"),
        Column("label_from", "text", "label in the earlier run; new_customer when that run did not hold the customer"),
        Column("label_to", "text", "label in this run; gone when this run does not hold the customer"),
        Column("customers", "integer", "customers who moved, or stayed when both labels are the same"),
        Column("share_of_from", "number", "their share of those who came from label_from; these add up to 1", "share"),
        Column("share_of_to", "number", "their share of those who are in label_to; these add up to 1", "share"),
    ),
)

RFMT_MAILING = Table(
    "rfmt_mailing",
    "one cell of rfmt_cells with the sample to mail first; each value of a dimension is a mailing of its own",
    (
        *DIMENSIONS,
        Column("grain", "text", "rf, rfm or rfmt: which scores make the cell"),
        Column("cell", "text", "the scores written together"),
        Column("customers", "integer", "customers in the cell"),
        Column("break_even_response_rate", "number", "response at which a contact pays", "share", nullable=True),
        Column("sample_customers", "integer", "customers to mail first; 0 when no response rate below 1 pays"),
        Column("sample_cost_minor", "integer", "cost of mailing them", "minor units"),
        Column(
            "large_enough", "boolean", "the cell holds the sample that an endless one would need; else mail most of it"
        ),
    ),
)
