-- One row: an RFM cell of everybody, the best first.
SELECT *
FROM rfmt_cells
WHERE dimension = 'all' AND grain = 'rfm'
ORDER BY recency_score DESC, frequency_score DESC, monetary_score DESC
