"""The HTTP and WebSocket API service (apigatewayv2, API version 2018-11-29), one file per AWS noun."""
