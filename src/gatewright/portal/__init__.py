"""Web pages of a portal: what it shows comes in as records, files go out. Pure; nothing runs what users wrote."""
