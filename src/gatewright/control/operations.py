"""Which function handles which operation. What is not here is answered with an error that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatewright.control.call import Call, Params
from gatewright.control.rest import (
    account,
    apis,
    authorizers,
    client_certificates,
    deployments,
    integration_responses,
    integrations,
    method_responses,
    methods,
    resources,
    stages,
    tags,
    vpc_links,
)

Handler = Callable[[Call, Params], Params | None]

_REST: Mapping[str, Handler] = {
    "CreateRestApi": apis.create_rest_api,
    "GetRestApi": apis.get_rest_api,
    "GetRestApis": apis.get_rest_apis,
    "UpdateRestApi": apis.update_rest_api,
    "DeleteRestApi": apis.delete_rest_api,
    "CreateResource": resources.create_resource,
    "GetResource": resources.get_resource,
    "GetResources": resources.get_resources,
    "UpdateResource": resources.update_resource,
    "DeleteResource": resources.delete_resource,
    "PutMethod": methods.put_method,
    "GetMethod": methods.get_method,
    "UpdateMethod": methods.update_method,
    "DeleteMethod": methods.delete_method,
    "PutMethodResponse": method_responses.put_method_response,
    "GetMethodResponse": method_responses.get_method_response,
    "UpdateMethodResponse": method_responses.update_method_response,
    "DeleteMethodResponse": method_responses.delete_method_response,
    "PutIntegration": integrations.put_integration,
    "GetIntegration": integrations.get_integration,
    "UpdateIntegration": integrations.update_integration,
    "DeleteIntegration": integrations.delete_integration,
    "PutIntegrationResponse": integration_responses.put_integration_response,
    "GetIntegrationResponse": integration_responses.get_integration_response,
    "UpdateIntegrationResponse": integration_responses.update_integration_response,
    "DeleteIntegrationResponse": integration_responses.delete_integration_response,
    "CreateDeployment": deployments.create_deployment,
    "GetDeployment": deployments.get_deployment,
    "GetDeployments": deployments.get_deployments,
    "UpdateDeployment": deployments.update_deployment,
    "DeleteDeployment": deployments.delete_deployment,
    "CreateStage": stages.create_stage,
    "GetStage": stages.get_stage,
    "GetStages": stages.get_stages,
    "UpdateStage": stages.update_stage,
    "DeleteStage": stages.delete_stage,
    "CreateAuthorizer": authorizers.create_authorizer,
    "GetAuthorizer": authorizers.get_authorizer,
    "GetAuthorizers": authorizers.get_authorizers,
    "UpdateAuthorizer": authorizers.update_authorizer,
    "DeleteAuthorizer": authorizers.delete_authorizer,
    "GetAccount": account.get_account,
    "UpdateAccount": account.update_account,
    "CreateVpcLink": vpc_links.create_vpc_link,
    "GetVpcLink": vpc_links.get_vpc_link,
    "GetVpcLinks": vpc_links.get_vpc_links,
    "UpdateVpcLink": vpc_links.update_vpc_link,
    "DeleteVpcLink": vpc_links.delete_vpc_link,
    "GenerateClientCertificate": client_certificates.generate_client_certificate,
    "GetClientCertificate": client_certificates.get_client_certificate,
    "GetClientCertificates": client_certificates.get_client_certificates,
    "UpdateClientCertificate": client_certificates.update_client_certificate,
    "DeleteClientCertificate": client_certificates.delete_client_certificate,
    "GetTags": tags.get_tags,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
}

# Services whose operations are known here, handled or not.
OPERATIONS: Mapping[str, Mapping[str, Handler]] = {"apigateway": _REST, "apigatewayv2": {}}
