#!/bin/sh
# Makes the chat with the AWS CLI: a table, a function, the WebSocket API, and a REST API that answers with the page.
# Against Gatewright (AWS_ENDPOINT_URL), or against AWS with ROLE=arn:aws:iam::…:role/… that may use DynamoDB, logs and
# execute-api:ManageConnections.
set -eu
cd "$(dirname "$0")"
REGION=${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}
ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
ROLE=${ROLE:-arn:aws:iam::$ACCOUNT:role/any}
FOLDER=$(mktemp -d)
trap 'rm -r "$FOLDER"' EXIT

say() { printf '%s\n' "$*" >&2; }

say "The table"
aws dynamodb create-table --table-name chat --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=connectionId,AttributeType=S AttributeName=room,AttributeType=S \
  --key-schema AttributeName=connectionId,KeyType=HASH \
  --global-secondary-indexes \
  'IndexName=room,KeySchema=[{AttributeName=room,KeyType=HASH}],Projection={ProjectionType=ALL}' > "$FOLDER/table.json"
aws dynamodb wait table-exists --table-name chat
aws dynamodb update-time-to-live --table-name chat \
  --time-to-live-specification Enabled=true,AttributeName=expires > "$FOLDER/table.json"

say "The function"
python3 -m zipfile -c "$FOLDER/function.zip" handler.py
FUNCTION=$(aws lambda create-function --function-name chat --runtime python3.11 --handler handler.handler \
  --zip-file "fileb://$FOLDER/function.zip" --role "$ROLE" --timeout 10 --environment 'Variables={TABLE=chat}' \
  --query FunctionArn --output text)

say "The WebSocket API"
API=$(aws apigatewayv2 create-api --name chat --protocol-type WEBSOCKET \
  --route-selection-expression '$request.body.action' --query ApiId --output text)
INTEGRATION=$(aws apigatewayv2 create-integration --api-id "$API" --integration-type AWS_PROXY \
  --integration-method POST \
  --integration-uri "arn:aws:apigateway:$REGION:lambda:path/2015-03-31/functions/$FUNCTION/invocations" \
  --query IntegrationId --output text)
for KEY in '$connect' '$disconnect' enter sendMessage; do
  aws apigatewayv2 create-route --api-id "$API" --route-key "$KEY" --target "integrations/$INTEGRATION" \
    > "$FOLDER/route.json"
done
aws lambda add-permission --function-name chat --statement-id api --action lambda:InvokeFunction \
  --principal apigateway.amazonaws.com --source-arn "arn:aws:execute-api:$REGION:$ACCOUNT:$API/*/*" \
  > "$FOLDER/permission.json"
aws apigatewayv2 create-stage --api-id "$API" --stage-name production --auto-deploy > "$FOLDER/stage.json"

say "The page"
PAGE=$(aws apigateway create-rest-api --name chat-page --query id --output text)
ROOT=$(aws apigateway get-resources --rest-api-id "$PAGE" --query 'items[0].id' --output text)
python3 - page.html > "$FOLDER/answer.json" <<'PY'
import json, sys

with open(sys.argv[1]) as page:
    json.dump({"text/html": page.read()}, sys.stdout)
PY
set -- --rest-api-id "$PAGE" --resource-id "$ROOT" --http-method GET
aws apigateway put-method "$@" --authorization-type NONE > "$FOLDER/method.json"
aws apigateway put-method-response "$@" --status-code 200 \
  --response-parameters method.response.header.Content-Type=true > "$FOLDER/method.json"
aws apigateway put-integration "$@" --type MOCK --request-templates '{"application/json": "{\"statusCode\": 200}"}' \
  > "$FOLDER/method.json"
aws apigateway put-integration-response "$@" --status-code 200 --response-templates "file://$FOLDER/answer.json" \
  --response-parameters '{"method.response.header.Content-Type": "'"'text/html; charset=utf-8'"'"}' \
  > "$FOLDER/method.json"
aws apigateway create-deployment --rest-api-id "$PAGE" --stage-name chat > "$FOLDER/deployment.json"

if [ -n "${AWS_ENDPOINT_URL:-}" ]; then
  HERE=${AWS_ENDPOINT_URL%/}/_aws/execute-api
  AT=ws${HERE#http}/$API/production
  PAGE=$HERE/$PAGE/chat/
else
  AT=wss://$API.execute-api.$REGION.amazonaws.com/production
  PAGE=https://$PAGE.execute-api.$REGION.amazonaws.com/chat/
fi
say "Clients connect to $AT?name=…&room=…"
say "Open this in two windows:"
echo "$PAGE?at=$AT"
