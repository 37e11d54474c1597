"""Getting in, tested on real stores and through Flask."""
