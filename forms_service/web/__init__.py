"""Web: what answers requests. A view reads, makes one call and answers."""
