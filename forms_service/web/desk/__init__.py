"""Desk: staff views below `/desk/`. Views read, make one call and answer; presenters and labels are apart.

Who may use a page is said by `@requires`; what may be done with a submission the use cases decide. Nothing
here decides anything about a submission or writes into the store by itself.
"""
