"""The project: where the platform is put together, run and kept."""
