"""What every function is called, where it logs and what its environment variables hold."""

from typing import Any

from chalicelib.kernel.functions import EVERY_FUNCTION, FUNCTIONS

Resources = dict[str, dict[str, Any]]

VALUES: dict[str, Any] = {
    "STAGE": {"Ref": "Stage"},
    "TIME_ZONE": {"Ref": "TimeZone"},
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
        "Fn::Sub": "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
        ":stateMachine:sunlit-${Stage}-"
    },
    "MAIL_FROM": {"Ref": "MailFrom"},
    "MAIL_EVENTS": {"Ref": "MailEvents"},
    "SMS_COUNTRY_CODE": {"Ref": "SmsCountryCode"},
    "PUBLIC_URL": {"Ref": "PublicUrl"},
    # Certificates name their issuer by it. The API's own function cannot have it: the API refers
    # to that one.
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

# What the log and metrics library reads; no setting of ours.
POWERTOOLS: dict[str, Any] = {
    "POWERTOOLS_SERVICE_NAME": "sunlit",
    "POWERTOOLS_METRICS_NAMESPACE": "Sunlit",
    "POWERTOOLS_LOG_LEVEL": "INFO",
}


def logical_id(function: str) -> str:
    """CloudFormation's id of a function, by Chalice's own rule and its exception."""
    if function == "api_handler":
        return "APIHandler"
    return function.title().replace("_", "")


def resources() -> Resources:
    """Log group, name and environment of each function, merged over Chalice's definition."""
    found: Resources = {}
    for name in FUNCTIONS:
        function = logical_id(name)
        found[function] = _function(name)
        found[f"{function}Logs"] = _log_group(name)
        if name.endswith("_sweep") or name == "reconcile":
            found[f"{function}Retries"] = _no_retries(function)
    return found


def variables(name: str) -> dict[str, Any]:
    """A function's environment: the settings that it needs, and what the log library reads."""
    needed = [*EVERY_FUNCTION, *FUNCTIONS[name]]
    settings = {variable: VALUES[variable] for variable in needed}
    return settings | POWERTOOLS


def _function(name: str) -> dict[str, Any]:
    return {
        "Properties": {
            "FunctionName": {"Fn::Sub": f"sunlit-${{Stage}}-{name}"},
            "Environment": {"Variables": variables(name)},
            "LoggingConfig": {"LogGroup": {"Ref": f"{logical_id(name)}Logs"}},
        }
    }


def _log_group(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {
            "LogGroupName": {"Fn::Sub": f"/aws/lambda/sunlit-${{Stage}}-{name}"},
            "RetentionInDays": {"Ref": "LogRetentionDays"},
            "KmsKeyId": {"Fn::GetAtt": ["DataKey", "Arn"]},
        },
    }


def _no_retries(function: str) -> dict[str, Any]:
    """The next minute comes anyway; a retry of a stale event would only pile up work."""
    return {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": {"Ref": function},
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 0,
            "MaximumEventAgeInSeconds": 60,
        },
    }
