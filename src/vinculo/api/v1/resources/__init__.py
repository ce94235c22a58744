"""Resources: one file a noun, each with a `router`; a file that is put here is part of the API (`door`)."""
