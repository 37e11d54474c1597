"""Authentication rules: users, roles, sessions, sign-in links. There are no passwords.

`people`, `links` and `sessions` are rules on documents, without store, clock or Flask. `entrance`, `register`
and `staffing` are the use cases. `guard` and `pages` are the Flask side. One mechanism serves every kind of
people; an area of the site (`/desk`, `/partner`) is open to one kind.
"""
