"""What answers at an address. A view reads, makes one call and answers; errors are answered in one place."""
