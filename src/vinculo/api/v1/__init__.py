"""The native API under `/api/v1/`: customers, orders, products and events for programs."""
