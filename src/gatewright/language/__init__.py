"""The small languages, pure: parameter mapping, selection patterns, literal templates, media types, URIs, queries."""
