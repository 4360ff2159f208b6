"""What is wrong with feeds: found in polls, kept in rows, told to the operator when it comes and when it goes."""
