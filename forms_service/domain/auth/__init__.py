"""Authentication rules: users, roles, sessions, sign-in links. There are no passwords.

The use cases are `services.sign_in`, `services.user_repository` and `services.staff_admin`; the Flask side is
`web.auth`. One mechanism serves every kind of user; an area of the site (`/desk`, `/partner`) is open to one.
"""
