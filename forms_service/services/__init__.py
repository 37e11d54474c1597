"""Services: the use cases, one transaction each. No Flask: views and jobs call these."""
