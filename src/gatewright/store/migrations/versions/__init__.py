"""One file per schema revision, named by its number. A file that was released never changes."""
