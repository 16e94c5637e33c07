# Every kind of resource of REST APIs that the AWS provider has, made (phase 1) and changed (phase 2).
# test_rest.py applies it against a new server and expects an empty plan after each phase, then destroys it.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
variable "phase" {
  type        = number
  description = "1: as made; 2: everything that can be changed is changed"
}

variable "code" {
  type        = string
  description = "Path of the function's zip archive"
}
provider "aws" {
  region = "us-east-1"
}
locals { two = var.phase == 2 }
resource "aws_api_gateway_account" "a" { cloudwatch_role_arn = local.two ? null : "arn:aws:iam::123456789012:role/tf" }
resource "aws_api_gateway_rest_api" "body" {
  name                         = "tf-body"
  description                  = local.two ? "two" : "one"
  binary_media_types           = local.two ? ["image/png", "a/b"] : ["image/png"]
  minimum_compression_size     = local.two ? -1 : 5
  api_key_source               = "AUTHORIZER"
  policy                       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "arn:aws:execute-api:us-east-1:123456789012:*" }] })
  endpoint_configuration { types = ["REGIONAL"] }
  tags = { by = "tf", phase = var.phase }
  body = jsonencode({ openapi = "3.0.1", info = { title = "doc", version = "1" }, paths = { "/ping" = { get = { responses = { "200" = { description = "OK" } }, "x-amazon-apigateway-integration" = { type = "mock", requestTemplates = { "application/json" = "{\"statusCode\": 200}" }, responses = { default = { statusCode = "200", responseTemplates = { "application/json" = local.two ? "two" : "one" } } } } } } } })
}
resource "aws_api_gateway_deployment" "body" {
  rest_api_id = aws_api_gateway_rest_api.body.id
  triggers    = { redeployment = sha1(aws_api_gateway_rest_api.body.body) }
  lifecycle { create_before_destroy = true }
}
resource "aws_api_gateway_stage" "body" {
  rest_api_id   = aws_api_gateway_rest_api.body.id
  deployment_id = aws_api_gateway_deployment.body.id
  stage_name    = "v1"
}
resource "aws_api_gateway_rest_api" "r" {
  name                         = "tf-rest"
  disable_execute_api_endpoint = local.two
  endpoint_configuration { types = [local.two ? "EDGE" : "REGIONAL"] }
}
resource "aws_api_gateway_rest_api_policy" "r" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "${aws_api_gateway_rest_api.r.execution_arn}/*" }] })
}
resource "aws_api_gateway_model" "m" {
  rest_api_id  = aws_api_gateway_rest_api.r.id
  name         = "Order"
  content_type = "application/json"
  description  = local.two ? null : "d"
  schema       = jsonencode({ type = "object", properties = { id = { type = local.two ? "string" : "number" } } })
}
resource "aws_api_gateway_request_validator" "v" {
  rest_api_id                 = aws_api_gateway_rest_api.r.id
  name                        = local.two ? "w" : "v"
  validate_request_body       = true
  validate_request_parameters = local.two
}
resource "aws_api_gateway_gateway_response" "g" {
  rest_api_id         = aws_api_gateway_rest_api.r.id
  response_type       = "UNAUTHORIZED"
  status_code         = local.two ? "403" : "401"
  response_templates  = { "application/json" = "{\"message\":$context.error.messageString}" }
  response_parameters = { "gatewayresponse.header.X" = "'y'" }
}
resource "aws_api_gateway_gateway_response" "g2" {
  response_templates  = { "application/json" = "{\"message\":$context.error.messageString}" }
  rest_api_id         = aws_api_gateway_rest_api.r.id
  response_type       = "DEFAULT_5XX"
  response_parameters = { "gatewayresponse.header.X" = "'y'" }
}
resource "aws_api_gateway_authorizer" "token" {
  rest_api_id                      = aws_api_gateway_rest_api.r.id
  name                             = "token"
  authorizer_uri                   = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:auth/invocations"
  authorizer_credentials           = local.two ? null : "arn:aws:iam::123456789012:role/x"
  authorizer_result_ttl_in_seconds = local.two ? 0 : 300
  identity_validation_expression   = local.two ? ".*" : null
}
resource "aws_api_gateway_authorizer" "cognito" {
  rest_api_id   = aws_api_gateway_rest_api.r.id
  name          = "cognito"
  type          = "COGNITO_USER_POOLS"
  provider_arns = local.two ? ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_b"] : ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"]
}
resource "aws_api_gateway_resource" "o" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  parent_id   = aws_api_gateway_rest_api.r.root_resource_id
  path_part   = local.two ? "orders2" : "orders"
}
resource "aws_api_gateway_resource" "id" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  parent_id   = aws_api_gateway_resource.o.id
  path_part   = "{id}"
}
resource "aws_api_gateway_method" "get" {
  rest_api_id          = aws_api_gateway_rest_api.r.id
  resource_id          = aws_api_gateway_resource.id.id
  http_method          = "GET"
  authorization        = local.two ? "NONE" : "CUSTOM"
  authorizer_id        = local.two ? null : aws_api_gateway_authorizer.token.id
  request_validator_id = local.two ? null : aws_api_gateway_request_validator.v.id
  request_models       = local.two ? {} : { "application/json" = aws_api_gateway_model.m.name }
  request_parameters   = merge({ "method.request.path.id" = true }, local.two ? { "method.request.header.Y" = false } : { "method.request.header.X" = true })
  operation_name       = local.two ? "op" : null
  api_key_required     = !local.two
}
resource "aws_api_gateway_method" "scoped" {
  rest_api_id          = aws_api_gateway_rest_api.r.id
  resource_id          = aws_api_gateway_resource.o.id
  http_method          = "ANY"
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.cognito.id
  authorization_scopes = local.two ? ["b/c"] : ["a/b", "b/c"]
}
resource "aws_api_gateway_vpc_link" "l" {
  name        = local.two ? "tf2" : "tf"
  target_arns = ["arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/tf/50dc6c495c0c9188"]
  tags        = { a = var.phase }
}
resource "aws_api_gateway_integration" "scoped" {
  rest_api_id             = aws_api_gateway_rest_api.r.id
  resource_id             = aws_api_gateway_resource.o.id
  http_method             = aws_api_gateway_method.scoped.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = "ANY"
  uri                     = "http://127.0.0.1:9/"
  connection_type         = local.two ? "INTERNET" : "VPC_LINK"
  connection_id           = local.two ? null : aws_api_gateway_vpc_link.l.id
}
resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.r.id
  resource_id             = aws_api_gateway_resource.id.id
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "HTTP"
  integration_http_method = "GET"
  uri                     = local.two ? "http://127.0.0.1:9/b/{id}" : "http://127.0.0.1:9/{id}"
  request_parameters      = { "integration.request.path.id" = "method.request.path.id" }
  cache_key_parameters    = local.two ? ["method.request.path.id"] : []
  request_templates       = local.two ? { "application/xml" = "y" } : { "application/json" = "", "application/xml" = "x" }
  passthrough_behavior    = "WHEN_NO_TEMPLATES"
  timeout_milliseconds    = local.two ? 50 : 1000
  content_handling        = local.two ? null : "CONVERT_TO_TEXT"
  tls_config { insecure_skip_verification = !local.two }
}
resource "aws_api_gateway_method_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.r.id
  resource_id         = aws_api_gateway_resource.id.id
  http_method         = aws_api_gateway_method.get.http_method
  status_code         = "200"
  response_models     = local.two ? { "application/json" = "Empty" } : { "application/xml" = "Error" }
  response_parameters = { "method.response.header.A" = local.two, "method.response.header.B" = true }
}
resource "aws_api_gateway_integration_response" "ok" {
  rest_api_id         = aws_api_gateway_rest_api.r.id
  resource_id         = aws_api_gateway_resource.id.id
  http_method         = aws_api_gateway_method.get.http_method
  status_code         = aws_api_gateway_method_response.ok.status_code
  selection_pattern   = local.two ? null : "2.."
  response_templates  = { "application/json" = "" }
  response_parameters = { "method.response.header.A" = "integration.response.header.A" }
  content_handling    = local.two ? "CONVERT_TO_BINARY" : null
  depends_on          = [aws_api_gateway_integration.get]
}
resource "aws_api_gateway_documentation_part" "p" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  location {
    type   = "METHOD"
    path   = "/orders"
    method = "GET"
  }
  properties = jsonencode({ description = tostring(var.phase) })
}
resource "aws_api_gateway_documentation_version" "v" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  version     = "1.0"
  description = "phase ${var.phase}"
  depends_on  = [aws_api_gateway_documentation_part.p]
}
resource "aws_api_gateway_deployment" "d" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  description = "x"
  triggers    = { p = var.phase }
  lifecycle { create_before_destroy = true }
  depends_on = [aws_api_gateway_integration.get, aws_api_gateway_integration.scoped, aws_api_gateway_integration_response.ok, aws_api_gateway_rest_api_policy.r]
}
resource "aws_api_gateway_client_certificate" "c" {
  description = "phase ${var.phase}"
  tags        = { a = "b" }
}
resource "aws_cloudwatch_log_group" "lg" { name = "tf-lg" }
resource "aws_api_gateway_stage" "s" {
  rest_api_id           = aws_api_gateway_rest_api.r.id
  deployment_id         = aws_api_gateway_deployment.d.id
  stage_name            = "v1"
  description           = local.two ? null : "desc"
  documentation_version = local.two ? null : aws_api_gateway_documentation_version.v.version
  client_certificate_id = local.two ? null : aws_api_gateway_client_certificate.c.id
  cache_cluster_enabled = !local.two
  cache_cluster_size    = "0.5"
  variables             = local.two ? { b = "2" } : { a = "1", b = "1" }
  xray_tracing_enabled  = !local.two
  dynamic "access_log_settings" {
    for_each = local.two ? [] : [1]
    content {
      destination_arn = aws_cloudwatch_log_group.lg.arn
      format          = "$context.requestId $context.status"
    }
  }
  canary_settings {
    deployment_id            = aws_api_gateway_deployment.d.id
    percent_traffic          = local.two ? 66.6 : 33.3
    stage_variable_overrides = local.two ? { b = "4" } : { a = "3" }
    use_stage_cache          = local.two
  }
  tags = { p = var.phase }
}
resource "aws_api_gateway_method_settings" "all" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  stage_name  = aws_api_gateway_stage.s.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled = true
    logging_level   = local.two ? "OFF" : "INFO"
  }
}
resource "aws_api_gateway_method_settings" "one" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  stage_name  = aws_api_gateway_stage.s.stage_name
  method_path = "orders/{id}/GET"
  settings {
    caching_enabled        = true
    cache_ttl_in_seconds   = local.two ? 0 : 60
    throttling_rate_limit  = local.two ? 5 : -1
    throttling_burst_limit = 3
  }
  depends_on = [aws_api_gateway_method_settings.all]
}
resource "aws_api_gateway_domain_name" "d" {
  domain_name              = "tf-real.example.com"
  regional_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/${var.phase}"
  security_policy          = "TLS_1_2"
  endpoint_configuration { types = ["REGIONAL"] }
  tags = { p = var.phase }
}
resource "aws_api_gateway_base_path_mapping" "m" {
  api_id      = aws_api_gateway_rest_api.r.id
  stage_name  = aws_api_gateway_stage.s.stage_name
  domain_name = aws_api_gateway_domain_name.d.domain_name
  base_path   = local.two ? "shop" : null
}
resource "aws_api_gateway_base_path_mapping" "n" {
  api_id      = local.two ? aws_api_gateway_rest_api.body.id : aws_api_gateway_rest_api.r.id
  stage_name  = local.two ? aws_api_gateway_stage.body.stage_name : aws_api_gateway_stage.s.stage_name
  domain_name = aws_api_gateway_domain_name.d.domain_name
  base_path   = "n"
}
resource "aws_api_gateway_domain_name" "p" {
  domain_name     = "tf-private.example.com"
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/x"
  endpoint_configuration { types = ["PRIVATE"] }
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "execute-api:Invoke", Resource = "execute-api:/*" }] })
}
resource "aws_api_gateway_domain_name_access_association" "a" {
  access_association_source      = "vpce-0123456789abcdef0"
  access_association_source_type = "VPCE"
  domain_name_arn                = aws_api_gateway_domain_name.p.arn
  tags                           = { p = var.phase }
}
resource "aws_api_gateway_api_key" "k" {
  name        = local.two ? "key2" : "key"
  description = "phase ${var.phase}"
  enabled     = !local.two
  customer_id = local.two ? "c" : null
  tags        = { p = var.phase }
}
resource "aws_api_gateway_usage_plan" "p" {
  name         = local.two ? "plan2" : "plan"
  description  = local.two ? null : "d"
  product_code = local.two ? null : "CODE"
  api_stages {
    api_id = aws_api_gateway_rest_api.r.id
    stage  = aws_api_gateway_stage.s.stage_name
    throttle {
      path        = local.two ? "/orders2/{id}/GET" : "/orders/{id}/GET"
      rate_limit  = 5
      burst_limit = var.phase
    }
  }
  dynamic "api_stages" {
    for_each = local.two ? [1] : []
    content {
      api_id = aws_api_gateway_rest_api.body.id
      stage  = aws_api_gateway_stage.body.stage_name
    }
  }
  dynamic "quota_settings" {
    for_each = local.two ? [] : [1]
    content {
      limit  = 20
      offset = 2
      period = "WEEK"
    }
  }
  throttle_settings {
    burst_limit = 5
    rate_limit  = 10 * var.phase
  }
  tags = { p = var.phase }
}
resource "aws_api_gateway_usage_plan_key" "k" {
  key_id        = aws_api_gateway_api_key.k.id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.p.id
}
data "aws_api_gateway_export" "e" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  stage_name  = aws_api_gateway_stage.s.stage_name
  export_type = "oas30"
}
data "aws_api_gateway_sdk" "js" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  stage_name  = aws_api_gateway_stage.s.stage_name
  sdk_type    = "javascript"
}
data "aws_api_gateway_resource" "r" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  path        = "/${aws_api_gateway_resource.o.path_part}/{id}"
  depends_on  = [aws_api_gateway_resource.id]
}
data "aws_api_gateway_authorizers" "a" {
  rest_api_id = aws_api_gateway_rest_api.r.id
  depends_on  = [aws_api_gateway_authorizer.token]
}

resource "aws_lambda_function" "f" {
  function_name    = "tf-f"
  role             = "arn:aws:iam::123456789012:role/tf"
  handler          = "app.handler"
  runtime          = "python3.11"
  filename         = var.code
  source_code_hash = filebase64sha256(var.code)
  timeout          = local.two ? 5 : 3
  environment {
    variables = { PHASE = var.phase }
  }
  tags = { p = var.phase }
}
resource "aws_lambda_permission" "api" {
  function_name = aws_lambda_function.f.function_name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.f.execution_arn}/*/*"
}
resource "aws_api_gateway_rest_api" "f" {
  name = "tf-f"
}
resource "aws_api_gateway_method" "f" {
  rest_api_id   = aws_api_gateway_rest_api.f.id
  resource_id   = aws_api_gateway_rest_api.f.root_resource_id
  http_method   = "GET"
  authorization = "NONE"
}
resource "aws_api_gateway_integration" "f" {
  rest_api_id             = aws_api_gateway_rest_api.f.id
  resource_id             = aws_api_gateway_rest_api.f.root_resource_id
  http_method             = aws_api_gateway_method.f.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.f.invoke_arn
}
resource "aws_api_gateway_deployment" "f" {
  rest_api_id = aws_api_gateway_rest_api.f.id
  depends_on  = [aws_api_gateway_integration.f]
}
resource "aws_api_gateway_stage" "f" {
  rest_api_id   = aws_api_gateway_rest_api.f.id
  deployment_id = aws_api_gateway_deployment.f.id
  stage_name    = "v1"
}
output "apis" {
  value = { "/ping" = aws_api_gateway_rest_api.body.id, "/" = aws_api_gateway_rest_api.f.id }
}
