"""What AWS's nouns are: ids, ARNs, defaults, quotas, and which paths of a document can be patched. Pure."""
