"""Web: Flask views and WSGI middleware. A view reads, makes one call to a service and answers."""
