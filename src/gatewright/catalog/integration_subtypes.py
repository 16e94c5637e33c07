"""First-class integrations of HTTP APIs: which service an `integrationSubtype` calls and which parameters it takes.

AWS: "AWS service integrations for HTTP APIs in API Gateway", "Integration subtype reference". Every subtype takes
`Region` besides: the Region that is called instead of the API's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REGION = "Region"


@dataclass(frozen=True, slots=True)
class Subtype:
    """A row. `service`: the endpoint prefix."""

    service: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def parameters(self) -> frozenset[str]:
        """All that it takes."""
        return frozenset((*self.required, *self.optional, REGION))


SUBTYPES: Mapping[str, Subtype] = {
    "EventBridge-PutEvents": Subtype(
        "events", ("Detail", "DetailType", "Source"), ("Time", "EventBusName", "Resources", "TraceHeader")
    ),
    "SQS-SendMessage": Subtype(
        "sqs",
        ("QueueUrl", "MessageBody"),
        (
            "DelaySeconds",
            "MessageAttributes",
            "MessageDeduplicationId",
            "MessageGroupId",
            "MessageSystemAttributes",
        ),
    ),
    "SQS-ReceiveMessage": Subtype(
        "sqs",
        ("QueueUrl",),
        (
            "AttributeNames",
            "MaxNumberOfMessages",
            "MessageAttributeNames",
            "ReceiveRequestAttemptId",
            "VisibilityTimeout",
            "WaitTimeSeconds",
        ),
    ),
    "SQS-DeleteMessage": Subtype("sqs", ("ReceiptHandle", "QueueUrl")),
    "SQS-PurgeQueue": Subtype("sqs", ("QueueUrl",)),
    "AppConfig-GetConfiguration": Subtype(
        "appconfig", ("Application", "Environment", "Configuration", "ClientId"), ("ClientConfigurationVersion",)
    ),
    "Kinesis-PutRecord": Subtype(
        "kinesis", ("StreamName", "Data", "PartitionKey"), ("SequenceNumberForOrdering", "ExplicitHashKey")
    ),
    "StepFunctions-StartExecution": Subtype("states", ("StateMachineArn",), ("Name", "Input")),
    "StepFunctions-StartSyncExecution": Subtype("states", ("StateMachineArn",), ("Name", "Input", "TraceHeader")),
    "StepFunctions-StopExecution": Subtype("states", ("ExecutionArn",), ("Cause", "Error")),
}
