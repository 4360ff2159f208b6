"""The command line, run in-process over temporary folders."""
