"""What is particular to the store on SQLite."""
