"""The programme desk: where staff keep programmes, their rules, members and levels."""
