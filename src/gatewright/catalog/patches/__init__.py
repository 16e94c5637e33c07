"""The patch tables, a file per kind."""
