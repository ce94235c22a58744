"""The whole analysis from lines to values, beside the least that any analysis must do."""
