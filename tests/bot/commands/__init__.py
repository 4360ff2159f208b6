"""The command core, on the store in memory."""
