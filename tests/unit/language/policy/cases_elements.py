"""The elements of a statement, and how statements work together: cases from the IAM User Guide."""

from __future__ import annotations

from typing import Any

from gatewright.language.policy.base import ANONYMOUS, PolicyKind, Principal
from tests.unit.language.policy.support import (
    ALLOW,
    ANN,
    DENY,
    FEDERATED,
    GATEWAY,
    NEITHER,
    Case,
    cases,
    query,
    s3,
    user,
)

RESOURCE = PolicyKind.RESOURCE
BOB = user("Bob", "444455556666")
ALICE = user("alice", "444455556666")
BOBS_ROOT = Principal("Account", "444455556666", "arn:aws:iam::444455556666:root", user_id="444455556666")
AUDIT = Principal(
    "AssumedRole",
    "444455556666",
    "arn:aws:sts::444455556666:assumed-role/cross-account-read-only-role/cross-account-audit-app",
    role_arn="arn:aws:iam::444455556666:role/cross-account-read-only-role",
)
READER = Principal(
    "AssumedRole",
    "444455556666",
    "arn:aws:sts::444455556666:assumed-role/cross-account-read-only-role/another",
    role_arn="arn:aws:iam::444455556666:role/cross-account-read-only-role",
)


def of(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, **elements}


def objects(action: str, principal: Principal = ANN, at: str = "bucket/key") -> Any:
    return s3(action, at, principal)


ACTIONS: list[Case] = [
    *cases(
        "reference_policies_elements_action",
        of(Action=["sqs:SendMessage", "sqs:ReceiveMessage", "ec2:StartInstances", "iam:ChangePassword", "s3:GetObject"],
           Resource="*"),
        ("one of several services", query(ANN, action="ec2:StartInstances"), ALLOW),
        ("another action of the same service", query(ANN, action="ec2:StopInstances"), NEITHER),
        ("names are not case-sensitive", query(ANN, action="IAM:changepassword"), ALLOW),
        ("the service counts", query(ANN, action="s3:SendMessage"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_action",
        of(Action="s3:*", Resource="*"),
        ("all of a service", objects("GetObject"), ALLOW),
        ("nothing of others", query(ANN, action="s3-object-lambda:GetObject"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_action",
        of(Action="iam:*AccessKey*", Resource="*"),
        ("CreateAccessKey", query(ANN, action="iam:CreateAccessKey"), ALLOW),
        ("UpdateAccessKey", query(ANN, action="iam:UpdateAccessKey"), ALLOW),
        ("ListAccessKeys: the star may be empty, too", query(ANN, action="iam:ListAccessKeys"), ALLOW),
        ("what does not contain it", query(ANN, action="iam:CreateUser"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_action",
        of(Action="IAM:listaccesskeys", Resource="*"),
        ("iam:ListAccessKeys is the same as IAM:listaccesskeys", query(ANN, action="iam:ListAccessKeys"), ALLOW),
    ),
    *cases(
        "reference_policies_elements_notaction",
        of(NotAction="s3:DeleteBucket", Resource="arn:aws:s3:::*"),
        ("all S3 actions but one", objects("GetObject"), ALLOW),
        ("but that one", s3("DeleteBucket", "bucket"), NEITHER),
        ("other services have no such resources", query(ANN, "arn:aws:iam::1:user/x", "iam:GetUser"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_notaction",
        of(NotAction="iam:*", Resource="*"),
        ("every service but IAM", query(ANN, action="ec2:RunInstances"), ALLOW),
        ("IAM", query(ANN, action="iam:CreateUser"), NEITHER),
        ("IAM in other letters", query(ANN, action="IAM:createuser"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_notaction",
        of("Deny", NotAction="iam:*", Resource="*",
           Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
        ("denied without MFA", query(Principal("AssumedRole", mfa=False), action="ec2:RunInstances"), DENY),
        ("denied where the key is missing", query(ANN, action="ec2:RunInstances"), DENY),
        ("not denied with MFA", query(Principal("AssumedRole", mfa=True), action="ec2:RunInstances"), NEITHER),
        ("IAM is not denied", query(ANN, action="iam:EnableMFADevice"), NEITHER),
    ),
]  # fmt: skip

RESOURCES: list[Case] = [
    *cases(
        "reference_policies_elements_resource",
        of(Action="sqs:*", Resource="arn:aws:sqs:us-east-2:account-id:queue1"),
        ("exactly one queue", query(ANN, "arn:aws:sqs:us-east-2:account-id:queue1", "sqs:SendMessage"), ALLOW),
        ("another queue", query(ANN, "arn:aws:sqs:us-east-2:account-id:queue12", "sqs:SendMessage"), NEITHER),
        ("names are case-sensitive", query(ANN, "arn:aws:sqs:us-east-2:account-id:Queue1", "sqs:X"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_resource",
        of(Action="iam:*", Resource="arn:aws:iam::123456789012:user/accounting/*"),
        ("all users under a path", query(ANN, "arn:aws:iam::123456789012:user/accounting/x/y", "iam:GetUser"), ALLOW),
        ("not beside it", query(ANN, "arn:aws:iam::123456789012:user/accountingx", "iam:GetUser"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_resource",
        of(Action="s3:*", Resource="arn:aws:s3:::DOC-EXAMPLE-BUCKET/*/test/*"),
        ("Drive/test/1.jpg", s3("GetObject", "DOC-EXAMPLE-BUCKET/Drive/test/1.jpg"), ALLOW),
        ("1/test/object.jpg", s3("GetObject", "DOC-EXAMPLE-BUCKET/1/test/object.jpg"), ALLOW),
        ("1/2/test/object.jpg", s3("GetObject", "DOC-EXAMPLE-BUCKET/1/2/test/object.jpg"), ALLOW),
        ("1/2/3/test/object.jpg", s3("GetObject", "DOC-EXAMPLE-BUCKET/1/2/3/test/object.jpg"), ALLOW),
        ("1-test/object.jpg", s3("GetObject", "DOC-EXAMPLE-BUCKET/1-test/object.jpg"), NEITHER),
        ("test/object.jpg", s3("GetObject", "DOC-EXAMPLE-BUCKET/test/object.jpg"), NEITHER),
        ("1/2/test.jpg", s3("GetObject", "DOC-EXAMPLE-BUCKET/1/2/test.jpg"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_resource",
        of(Action="dynamodb:*",
           Resource=["arn:aws:dynamodb:us-east-2:1:table/books_table", "arn:aws:dynamodb:us-east-2:1:table/mag?zines"]),
        ("one of several", query(ANN, "arn:aws:dynamodb:us-east-2:1:table/books_table", "dynamodb:Query"), ALLOW),
        ("one character", query(ANN, "arn:aws:dynamodb:us-east-2:1:table/magazines", "dynamodb:Query"), ALLOW),
        ("not none", query(ANN, "arn:aws:dynamodb:us-east-2:1:table/magzines", "dynamodb:Query"), NEITHER),
        ("not two", query(ANN, "arn:aws:dynamodb:us-east-2:1:table/magaazines", "dynamodb:Query"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_resource",
        of(Action="sns:*", Resource="arn:aws:sns:*"),
        ("a star at the end of a segment goes beyond it", query(ANN, "arn:aws:sns:us-east-1:1:t", "sns:P"), ALLOW),
    ),
    *cases(
        "reference_policies_elements_notresource",
        of("Deny", Action="s3:*", NotResource=["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]),
        ("everything else is denied", s3("GetObject", "HRBucket/Other"), DENY),
        ("another bucket is denied", s3("GetObject", "OtherBucket"), DENY),
        ("the folder is not", s3("GetObject", "HRBucket/Payroll"), NEITHER),
        ("what it holds is not", s3("GetObject", "HRBucket/Payroll/2026"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_notresource",
        of(Action="s3:*", NotResource="arn:aws:s3:::secret/*"),
        ("all but", s3("GetObject", "open/x"), ALLOW),
        ("that", s3("GetObject", "secret/x"), NEITHER),
    ),
]  # fmt: skip


def named(principal: Any) -> dict[str, Any]:
    return of(Principal=principal, Action="s3:*", Resource="*")


PRINCIPALS: list[Case] = [
    *cases(
        "reference_policies_elements_principal",
        named({"AWS": ["123456789012", "555555555555"]}),
        ("a user of the account", objects("GetObject"), ALLOW),
        ("of neither account", objects("GetObject", BOB), NEITHER),
        ("nobody", objects("GetObject", ANONYMOUS), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named({"AWS": "arn:aws:iam::444455556666:root"}),
        ("not only the root user", objects("GetObject", BOB), ALLOW),
        ("the root user", objects("GetObject", BOBS_ROOT), ALLOW),
        ("a role of the account", objects("GetObject", AUDIT), ALLOW),
        ("another account", objects("GetObject"), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named({"AWS": "arn:aws:iam::444455556666:role/cross-account-read-only-role"}),
        ("a session of the role", objects("GetObject", AUDIT), ALLOW),
        ("any session of the role", objects("GetObject", READER), ALLOW),
        ("a user", objects("GetObject", BOB), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named({"AWS": AUDIT.arn}),
        ("this session", objects("GetObject", AUDIT), ALLOW),
        ("another session", objects("GetObject", READER), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named({"AWS": ["arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:user/carol"]}),
        ("one of the users", objects("GetObject", BOB), ALLOW),
        ("another user", objects("GetObject", ALICE), NEITHER),
        ("names are case-sensitive", objects("GetObject", user("bob", "444455556666")), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named({"AWS": FEDERATED.arn}),
        ("a federated user", objects("GetObject", FEDERATED), ALLOW),
        ("who federated it", objects("GetObject"), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named({"Service": ["ecs.amazonaws.com", "apigateway.amazonaws.com"]}),
        ("a service", objects("GetObject", GATEWAY), ALLOW),
        ("another service", objects("GetObject", Principal("Service", service="s3.amazonaws.com")), NEITHER),
        ("a user", objects("GetObject"), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named("*"),
        ("everybody", objects("GetObject", BOB), ALLOW),
        ("also anonymously", objects("GetObject", ANONYMOUS), ALLOW),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        named({"AWS": "*"}),
        ("the same as *", objects("GetObject", ANONYMOUS), ALLOW),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_principal",
        of(Principal="*", Action="s3:*", Resource="*",
           Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/cross*"}}),
        ("a session is granted by the ARN of its role", objects("GetObject", AUDIT), ALLOW),
        ("nobody has no ARN", objects("GetObject", ANONYMOUS), NEITHER),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_notprincipal",
        of("Deny", Action="s3:*", Resource="*",
           NotPrincipal={"AWS": ["arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:root"]}),
        ("Bob is spared", objects("GetObject", BOB), NEITHER),
        ("others of the account are denied", objects("GetObject", ALICE), DENY),
        ("other accounts are denied", objects("GetObject"), DENY),
        ("nobody is denied", objects("GetObject", ANONYMOUS), DENY),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_notprincipal",
        of("Deny", Action="s3:*", Resource="*", NotPrincipal={"AWS": "arn:aws:iam::444455556666:user/Bob"}),
        ("without the account's ARN Bob is denied, too", objects("GetObject", BOB), DENY),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_notprincipal",
        of("Deny", Action="s3:*", Resource="*",
           NotPrincipal={"AWS": [AUDIT.arn, AUDIT.role_arn, "arn:aws:iam::444455556666:root"]}),
        ("the session is spared", objects("GetObject", AUDIT), NEITHER),
        ("another session is denied", objects("GetObject", READER), DENY),
        kind=RESOURCE,
    ),
    *cases(
        "reference_policies_elements_notprincipal",
        of("Deny", Action="s3:*", Resource="*", NotPrincipal={"AWS": [AUDIT.arn, "arn:aws:iam::444455556666:root"]}),
        ("without the role's ARN the session is denied", objects("GetObject", AUDIT), DENY),
        kind=RESOURCE,
    ),
]  # fmt: skip

LOGIC: list[Case] = [
    *cases(
        "reference_policies_evaluation-logic_policy-eval-denyallow",
        [of(Action="s3:*", Resource="*"), of("Deny", Action="s3:DeleteObject", Resource="arn:aws:s3:::keep/*")],
        ("allowed", s3("DeleteObject", "other/x"), ALLOW),
        ("an explicit deny overrides the allow", s3("DeleteObject", "keep/x"), DENY),
        ("nothing speaks of it: an implicit deny", query(ANN, action="ec2:RunInstances"), NEITHER),
    ),
    *cases(
        "reference_policies_evaluation-logic_policy-eval-denyallow",
        [of("Deny", Action="*", Resource="*"), of(Action="*", Resource="*")],
        ("whatever the order", s3("GetObject", "x"), DENY),
    ),
    *cases(
        "reference_policies_elements_version",
        of(Action="s3:*", Resource="arn:aws:s3:::bucket/${aws:username}/*"),
        ("variables in 2012-10-17", s3("GetObject", "bucket/ann/x"), ALLOW),
        ("are no letters", s3("GetObject", "bucket/${aws:username}/x"), NEITHER),
    ),
    *cases(
        "reference_policies_elements_version",
        of(Action="s3:*", Resource="arn:aws:s3:::bucket/${aws:username}/*"),
        ("letters in 2008-10-17", s3("GetObject", "bucket/${aws:username}/x"), ALLOW),
        ("no variables", s3("GetObject", "bucket/ann/x"), NEITHER),
        version="2008-10-17",
    ),
    *cases(
        "reference_policies_elements_version",
        of(Action="s3:*", Resource="arn:aws:s3:::bucket/${aws:username}/*"),
        ("without a version it is 2008-10-17", s3("GetObject", "bucket/ann/x"), NEITHER),
        version=None,
    ),
    *cases(
        "reference_policies_elements_statement",
        of(Action="s3:ListBucket", Resource="arn:aws:s3:::bucket"),
        ("one statement needs no list", s3("ListBucket", "bucket"), ALLOW),
        ("the bucket is not its objects", s3("ListBucket", "bucket/x"), NEITHER),
    ),
]

CASES = [*ACTIONS, *RESOURCES, *PRINCIPALS, *LOGIC]
