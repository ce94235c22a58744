"""What the exchange remembers: its Django app."""
