"""The IAM policy language: documents are compiled once, requests are decided by what they compile to."""
