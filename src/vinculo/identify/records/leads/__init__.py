"""Leads: opened, moved, converted, taken back; brought by files, ended by purchases; counted."""
