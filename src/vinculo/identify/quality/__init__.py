"""Quality: whether what is known of customers is complete, valid, sure, unique, fresh and consistent; rules only."""
