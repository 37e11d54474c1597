"""The same deal in a Django form view and in a Wagtail form page. Needs `requirements/bench.txt`."""
