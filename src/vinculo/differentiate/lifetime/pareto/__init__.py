"""The parts of Pareto/NBD: the tail integral, the likelihood, what is expected of a customer, and the diagnosis."""
