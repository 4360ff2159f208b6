"""What must not be lost: the port of the store, its implementations, migrations and queries."""
