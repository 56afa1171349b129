"""The verbs of the command line, group by group."""
