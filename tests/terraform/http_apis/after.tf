terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "backend" {
  type        = string
  description = "URL of a server that says what it was asked"
}
provider "aws" {
  region = "us-east-1"
}
resource "aws_apigatewayv2_api" "http" {
  name          = "shop2"
  protocol_type = "HTTP"

  version = "1"
  tags    = { team = "shop" }
}
resource "aws_apigatewayv2_vpc_link" "link" {
  name               = "link2"
  subnet_ids         = ["subnet-1"]
  security_group_ids = []
  tags               = { a = "b" }
}
resource "aws_apigatewayv2_integration" "url" {
  api_id             = aws_apigatewayv2_api.http.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = "${var.backend}/{proxy}"
  request_parameters = { "append:header.x-b" = "1" }
  response_parameters {
    status_code = 403
    mappings    = { "append:header.auth" = "$context.authorizer.authorizerResponse" }
  }
  response_parameters {
    status_code = 404
    mappings    = { "overwrite:statuscode" = "204" }
  }
}
resource "aws_apigatewayv2_integration" "private" {
  api_id             = aws_apigatewayv2_api.http.id
  integration_type   = "HTTP_PROXY"
  integration_method = "GET"
  connection_type    = "VPC_LINK"
  connection_id      = aws_apigatewayv2_vpc_link.link.id
  integration_uri    = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/1/2"

}
resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.http.id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
  payload_format_version = "2.0"
  timeout_milliseconds   = 5000
}
resource "aws_apigatewayv2_integration" "queue" {
  api_id              = aws_apigatewayv2_api.http.id
  integration_type    = "AWS_PROXY"
  integration_subtype = "SQS-SendMessage"
  credentials_arn     = "arn:aws:iam::123456789012:role/r"
  request_parameters  = { "QueueUrl" = "$request.header.queueUrl", "MessageBody" = "$request.body.message" }
}
resource "aws_apigatewayv2_authorizer" "jwt" {
  api_id           = aws_apigatewayv2_api.http.id
  name             = "jwt2"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    audience = ["shop"]
    issuer   = "https://issuer.example.com"
  }
}
resource "aws_apigatewayv2_authorizer" "function" {
  api_id                            = aws_apigatewayv2_api.http.id
  name                              = "function"
  authorizer_type                   = "REQUEST"
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.X"]
  authorizer_uri                    = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
}
resource "aws_apigatewayv2_route" "orders" {
  api_id               = aws_apigatewayv2_api.http.id
  route_key            = "GET /orders"
  target               = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.jwt.id
  authorization_scopes = ["write"]
}
resource "aws_apigatewayv2_route" "custom" {
  api_id             = aws_apigatewayv2_api.http.id
  route_key          = "POST /orders"
  target             = "integrations/${aws_apigatewayv2_integration.queue.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.function.id
}
resource "aws_apigatewayv2_route" "proxy" {
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "ANY /{proxy+}"
  target    = "integrations/${aws_apigatewayv2_integration.url.id}"
}
resource "aws_apigatewayv2_route" "private" {
  api_id    = aws_apigatewayv2_api.http.id
  route_key = "GET /private"
  target    = "integrations/${aws_apigatewayv2_integration.private.id}"
}
resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.http.id
  name        = "$default"
  auto_deploy = true
  default_route_settings {
    detailed_metrics_enabled = true
    throttling_burst_limit   = 100
    throttling_rate_limit    = 50
  }
  stage_variables = { c = "d" }
  tags            = { a = "b" }
}
resource "aws_apigatewayv2_deployment" "one" {
  api_id      = aws_apigatewayv2_api.http.id
  description = "one"
  depends_on  = [aws_apigatewayv2_route.proxy]
}
resource "aws_apigatewayv2_stage" "v1" {
  api_id        = aws_apigatewayv2_api.http.id
  name          = "v1"
  deployment_id = aws_apigatewayv2_deployment.one.id
}
resource "aws_apigatewayv2_domain_name" "name" {
  domain_name = "shop.example.com"
  domain_name_configuration {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/2"
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
  tags = { a = "b" }
}
resource "aws_apigatewayv2_api_mapping" "root" {
  api_id      = aws_apigatewayv2_api.http.id
  domain_name = aws_apigatewayv2_domain_name.name.id
  stage       = aws_apigatewayv2_stage.default.id
}
resource "aws_apigatewayv2_api_mapping" "deep" {
  api_id          = aws_apigatewayv2_api.http.id
  domain_name     = aws_apigatewayv2_domain_name.name.id
  stage           = aws_apigatewayv2_stage.v1.id
  api_mapping_key = "a"
}
resource "aws_apigatewayv2_api" "quick" {
  name          = "quick"
  protocol_type = "HTTP"
  target        = "${var.backend}/"
  route_key     = "GET /other"
}
resource "aws_apigatewayv2_api" "chat" {
  name                       = "chat"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}
resource "aws_apigatewayv2_model" "message" {
  api_id       = aws_apigatewayv2_api.chat.id
  content_type = "application/json"
  name         = "Message"
  schema       = jsonencode({ type = "object" })
}
resource "aws_apigatewayv2_integration" "mock" {
  api_id                        = aws_apigatewayv2_api.chat.id
  integration_type              = "MOCK"
  template_selection_expression = "200"
  request_templates             = { "200" = "{\"statusCode\": 200}" }
}
resource "aws_apigatewayv2_integration_response" "mock" {
  api_id                   = aws_apigatewayv2_api.chat.id
  integration_id           = aws_apigatewayv2_integration.mock.id
  integration_response_key = "/200/"
  response_templates       = { "application/json" = "{}" }
}
resource "aws_apigatewayv2_route" "connect" {
  api_id             = aws_apigatewayv2_api.chat.id
  route_key          = "$connect"
  api_key_required   = true
  authorization_type = "AWS_IAM"
}
resource "aws_apigatewayv2_route" "send" {
  api_id                              = aws_apigatewayv2_api.chat.id
  route_key                           = "send"
  target                              = "integrations/${aws_apigatewayv2_integration.mock.id}"
  model_selection_expression          = "$request.body.action"
  request_models                      = { "send" = aws_apigatewayv2_model.message.name }
  route_response_selection_expression = "$default"
}
resource "aws_apigatewayv2_route_response" "send" {
  api_id             = aws_apigatewayv2_api.chat.id
  route_id           = aws_apigatewayv2_route.send.id
  route_response_key = "$default"
}
resource "aws_apigatewayv2_stage" "chat" {
  api_id      = aws_apigatewayv2_api.chat.id
  name        = "prod"
  auto_deploy = true
  default_route_settings {
    logging_level      = "ERROR"
    data_trace_enabled = true
  }
}
output "http" {
  value = aws_apigatewayv2_api.http.id
}
output "quick" {
  value = aws_apigatewayv2_api.quick.id
}
