"""Portal: members are let in, and what their pages read and write that no other page does."""
