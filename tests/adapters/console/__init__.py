"""The console publisher, its transcript and its renderer."""
