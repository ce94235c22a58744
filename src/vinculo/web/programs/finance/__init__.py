"""Finance on the desk: every report of the journal of points, its estimates, rates and closed periods."""
