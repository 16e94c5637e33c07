"""The control plane: AWS's operations on documents, one file per noun."""
