"""Identify: one common base of actual and potential customers, persons and companies alike."""
