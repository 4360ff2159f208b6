"""The reader of articles: pages of our own, in four languages and hostile ones."""
