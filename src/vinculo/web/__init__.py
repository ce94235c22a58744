"""The web door: staff application and member portal; not built yet."""
