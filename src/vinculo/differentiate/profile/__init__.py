"""From order lines to customer days, profiles and habits."""
