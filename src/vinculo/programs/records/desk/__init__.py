"""What the programme desk asks for: programmes and units set up, figures at a glance, members listed."""
