"""Quality, remembered: measured every night and after what changes the base, answered for, and held against files."""
