"""The doctor: looks at a machine and a configuration folder and says what ails them and what to do."""
