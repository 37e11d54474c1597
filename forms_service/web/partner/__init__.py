"""Partner area: views of partners' users, below `/partner/`."""
