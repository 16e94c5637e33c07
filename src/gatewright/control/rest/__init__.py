"""The REST API service (apigateway, API version 2015-07-09), one file per AWS noun."""
