"""Cleaning: names, e-mails, phones, tax ids, places and answers as people write them, read as what they mean."""
