"""What is worth telling: rule language, matcher, stories, summaries. Pure: no IO, no clock, no logging."""
