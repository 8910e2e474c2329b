"""Which settings each Lambda function needs: it is given these alone, and starts with them all."""

from os import environ

from chalicelib.kernel.settings import settings

EVERY_FUNCTION = ("STAGE", "TIME_ZONE")
_DELIVERY = ("JOURNAL_TABLE", "VIEWS_TABLE", "GRANTS_TABLE", "BUS_NAME", "FLOW_ARN_PREFIX")

_SUPERVISION = ("JOURNAL_TABLE", "VIEWS_TABLE", "BUS_NAME")

# Chalice's name of the function -> the variables that it reads besides those of every function.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "api_handler": (
        "JOURNAL_TABLE",
        "VIEWS_TABLE",
        "GRANTS_TABLE",
        "UPLOADS_BUCKET",
        "HASH_SECRET_ARN",
        "CERTIFICATE_KEY_ID",
        "PUBLIC_URL",
        "PAYMENT_SECRET_ARN",
        "PAYMENT_URL",
        "WEBHOOK_SECRET_ARN",
        "WRITES_PER_MINUTE",
        "READS_PER_MINUTE",
    ),
    "authorize": ("OIDC_ISSUERS", "HASH_SECRET_ARN"),
    "open_task": ("JOURNAL_TABLE", "VIEWS_TABLE"),
    "deliver": _DELIVERY,
    "feed_sweep": _DELIVERY,
    "deadline_sweep": ("JOURNAL_TABLE", "VIEWS_TABLE"),
    "reconcile": ("JOURNAL_TABLE", "VIEWS_TABLE", "FLOW_ARN_PREFIX"),
    "retention_sweep": ("JOURNAL_TABLE", "VIEWS_TABLE", "UPLOADS_BUCKET"),
    "notify": ("JOURNAL_TABLE", "VIEWS_TABLE", "GRANTS_TABLE", "MAIL_FROM", "SMS_COUNTRY_CODE"),
    "sign_certificate": (
        "JOURNAL_TABLE",
        "VIEWS_TABLE",
        "CERTIFICATE_KEY_ID",
        "CERTIFICATE_ISSUER",
        "API_URL",
    ),
    "supervise": _SUPERVISION,
    "supervision_sweep": _SUPERVISION,
    "webhook": ("GRANTS_TABLE", "WEBHOOK_SECRET_ARN", "WEBHOOK_NETWORKS", "WEBHOOK_QUEUE"),
    "load_city": ("JOURNAL_TABLE", "VIEWS_TABLE", "GRANTS_TABLE"),
}


def check_settings() -> None:
    """Read all settings that this function needs, now that it starts.

    In a process that is no function, nothing is asked for. Raises MissingSetting or BadSetting,
    which name the variable.
    """
    deployed_as = environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    # The template names them sunlit-<stage>-<function>, and no function has a hyphen in its name.
    function = deployed_as.rpartition("-")[2]
    if function in FUNCTIONS:
        settings().require([*EVERY_FUNCTION, *FUNCTIONS[function]])
