"""What people do with the service, one durable change each. No web: views call these and answer."""
