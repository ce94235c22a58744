"""The till: a member found, and points given, exchanged and taken back, in three touches each."""
