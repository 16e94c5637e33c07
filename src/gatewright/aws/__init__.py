"""The AWS wire protocol (rest-json), generic, from botocore's service models."""
