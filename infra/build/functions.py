"""What every function is called, where it logs and which environment variables it gets."""

from collections.abc import Iterator
from typing import Any

Resources = dict[str, dict[str, Any]]

VALUES: dict[str, Any] = {
    "JOURNAL_TABLE": {"Ref": "Journal"},
    "VIEWS_TABLE": {"Ref": "Views"},
    "GRANTS_TABLE": {"Ref": "Grants"},
    "UPLOADS_BUCKET": {"Ref": "Uploads"},
    # Id is the ARN everywhere; Ref is only the name on the emulator.
    "HASH_SECRET_ARN": {"Fn::GetAtt": ["HashSecret", "Id"]},
    "PAYMENT_SECRET_ARN": {"Fn::GetAtt": ["PaymentSecret", "Id"]},
    "PAYMENT_URL": {"Ref": "PaymentUrl"},
    "CERTIFICATE_KEY_ID": {"Ref": "CertificateKey"},
    "CERTIFICATE_ISSUER": {"Ref": "CertificateIssuer"},
    "BUS_NAME": {"Ref": "Bus"},
    # A prefix, not a flow's ARN: flows refer to OpenTask, so no function may refer to a flow.
    "FLOW_ARN_PREFIX": {
        "Fn::Sub": "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:sunlit-${Stage}-"
    },
    "MAIL_FROM": {"Ref": "MailFrom"},
    "SMS_COUNTRY_CODE": {"Ref": "SmsCountryCode"},
    "PUBLIC_URL": {"Ref": "PublicUrl"},
    # Certificates name their issuer by it. The API's own function cannot: the API refers to that
    # one.
    "API_URL": {
        "Fn::If": [
            "HasPublicUrl",
            {"Ref": "PublicUrl"},
            {"Fn::Sub": "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}/api"},
        ]
    },
    "OIDC_ISSUERS": {"Ref": "OidcIssuers"},
    "WEBHOOK_SECRET_ARN": {"Fn::GetAtt": ["WebhookSecret", "Id"]},
    "WEBHOOK_NETWORKS": {"Ref": "WebhookNetworks"},
    "WEBHOOK_QUEUE": {"Ref": "WebhookQueue"},
    "WRITES_PER_MINUTE": {"Ref": "WritesPerMinute"},
    "READS_PER_MINUTE": {"Ref": "ReadsPerMinute"},
}

COMMON: dict[str, Any] = {
    "STAGE": {"Ref": "Stage"},
    "TIME_ZONE": {"Ref": "TimeZone"},
    "POWERTOOLS_SERVICE_NAME": "sunlit",
    "POWERTOOLS_METRICS_NAMESPACE": "Sunlit",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}

DELIVERY = "JOURNAL_TABLE VIEWS_TABLE GRANTS_TABLE BUS_NAME FLOW_ARN_PREFIX"

# Chalice's name of the function -> what it reads from its environment besides COMMON.
FUNCTIONS: dict[str, str] = {
    "api_handler": "JOURNAL_TABLE VIEWS_TABLE GRANTS_TABLE UPLOADS_BUCKET"
    " HASH_SECRET_ARN CERTIFICATE_KEY_ID PUBLIC_URL PAYMENT_SECRET_ARN PAYMENT_URL WEBHOOK_SECRET_ARN"
    " WRITES_PER_MINUTE READS_PER_MINUTE",
    "authorize": "OIDC_ISSUERS HASH_SECRET_ARN",
    "open_task": "JOURNAL_TABLE VIEWS_TABLE",
    "deliver": DELIVERY,
    "feed_sweep": DELIVERY,
    "deadline_sweep": "JOURNAL_TABLE VIEWS_TABLE",
    "reconcile": "JOURNAL_TABLE VIEWS_TABLE FLOW_ARN_PREFIX",
    "retention_sweep": "JOURNAL_TABLE VIEWS_TABLE UPLOADS_BUCKET",
    "notify": "JOURNAL_TABLE VIEWS_TABLE GRANTS_TABLE MAIL_FROM SMS_COUNTRY_CODE",
    "sign_certificate": "JOURNAL_TABLE VIEWS_TABLE CERTIFICATE_KEY_ID CERTIFICATE_ISSUER API_URL",
    "webhook": "GRANTS_TABLE WEBHOOK_SECRET_ARN WEBHOOK_NETWORKS WEBHOOK_QUEUE",
    "load_city": "JOURNAL_TABLE VIEWS_TABLE GRANTS_TABLE",
}


def logical_id(function: str) -> str:
    """CloudFormation's id of a function: Chalice's own rule, with its exception for the API
    function.
    """
    return "APIHandler" if function == "api_handler" else function.title().replace("_", "")


def _function(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    function, logs = logical_id(name), f"{logical_id(name)}Logs"
    variables = COMMON | {variable: VALUES[variable] for variable in FUNCTIONS[name].split()}
    yield (
        logs,
        {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {
                "LogGroupName": {"Fn::Sub": f"/aws/lambda/sunlit-${{Stage}}-{name}"},
                "RetentionInDays": {"Ref": "LogRetentionDays"},
                "KmsKeyId": {"Fn::GetAtt": ["DataKey", "Arn"]},
            },
        },
    )
    yield (
        function,
        {
            "Properties": {
                "FunctionName": {"Fn::Sub": f"sunlit-${{Stage}}-{name}"},
                "Environment": {"Variables": variables},
                "LoggingConfig": {"LogGroup": {"Ref": logs}},
            }
        },
    )
    if name.endswith("_sweep") or name == "reconcile":
        # The next minute comes anyway; a retry of a stale event would only pile up work.
        yield (
            f"{function}Retries",
            {
                "Type": "AWS::Lambda::EventInvokeConfig",
                "Properties": {
                    "FunctionName": {"Ref": function},
                    "Qualifier": "$LATEST",
                    "MaximumRetryAttempts": 0,
                    "MaximumEventAgeInSeconds": 60,
                },
            },
        )


def resources() -> Resources:
    """Log group, name and environment of each function, to be merged over Chalice's definition of
    it.
    """
    return {key: value for name in FUNCTIONS for key, value in _function(name)}
