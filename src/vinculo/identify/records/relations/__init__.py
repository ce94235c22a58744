"""Relations between customers: written, ended and taken back; read both ways, as trees, and added up."""
