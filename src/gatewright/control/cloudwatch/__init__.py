"""CloudWatch's metrics of API Gateway, from what the gateway has counted itself."""
