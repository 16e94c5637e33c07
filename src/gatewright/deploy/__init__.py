"""The bridge from documents to programs: freeze, compile, publish, load."""
