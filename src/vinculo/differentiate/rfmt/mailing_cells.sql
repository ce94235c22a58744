-- One row: an RFM cell within a value of a dimension, the best first.
SELECT *
FROM rfmt_cells
WHERE grain = 'rfm'
ORDER BY dimension, dimension_value, recency_score DESC, frequency_score DESC, monetary_score DESC
