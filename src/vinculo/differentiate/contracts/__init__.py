"""Contracts and discrete opportunities: customers who buy in periods, and customers who renew or leave."""
