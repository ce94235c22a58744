-- One row: a channel and its name.
SELECT id AS channel_key, name AS channel FROM identify_channel
