"""Who may call: what stands behind a method's authorizationType."""
