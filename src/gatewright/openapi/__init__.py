"""OpenAPI documents ⇄ definitions of REST APIs. Pure: knows neither store nor control plane."""
