"""The use cases about people: each takes the services first, and opens one transaction."""
