"""Domain: rules of submissions, partners, companies, users, privacy. Pure: no Flask, store, mail, clock."""
