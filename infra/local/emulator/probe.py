"""A small stack to try the embedded AWS with: a function and all that calls it."""

from __future__ import annotations

import json
from typing import Any

from infra.local.emulator.embedded import Running

HANDLER = """
import json, os
class NotYetThere(Exception): pass
def handler(event, context):
    if event.get("type") == "TOKEN":
        if "good" not in event["authorizationToken"]:
            raise Exception("Unauthorized")
        allow = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ["*"]}
        policy = {"Version": "2012-10-17", "Statement": [allow]}
        return {"principalId": "p", "policyDocument": policy}
    if "httpMethod" in event:
        ip = event["requestContext"]["identity"]["sourceIp"]
        who = {"ip": ip, "path": event["path"]}
        headers = {"Content-Type": "application/json"}
        return {"statusCode": 200, "headers": headers, "body": json.dumps(who)}
    if event.get("Records"):
        bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": i} for i in bad]}
    if event.get("source") == "aws.events" or event.get("level"):
        level = event.get("level", "green")
        raised = [{"Name": "Raised", "Unit": "Count"}]
        metrics = [{"Namespace": "Probe", "Dimensions": [["level"]], "Metrics": raised}]
        import time
        aws = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": metrics}
        print(json.dumps({"_aws": aws, "level": level, "Raised": [1.0]}))
        return {"level": level}
    if "raise" in event:
        raise NotYetThere("nothing here")
    machine = os.environ.get("PROBE_MACHINE")
    return {"pid": os.getpid(), "clock": os.environ["CLOCK_FILE"], "machine": machine}
"""

FLOW = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "${Probe}",
            "Catch": [
                {"ErrorEquals": ["NotYetThere"], "Next": "Known"},
                {"ErrorEquals": ["States.ALL"], "Next": "Lost"},
            ],
            "End": True,
        },
        "Known": {"Type": "Succeed"},
        "Lost": {"Type": "Fail"},
    },
}

BRANCHES = 6


def _branches() -> dict[str, Any]:
    """Branches that begin at once, each of which lays its token into the queue and waits."""
    token = "{% $states.context.Task.Token %}"
    asked = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": "${Tokens}", "MessageBody": token},
        "End": True,
    }
    branch = {"StartAt": "Asked", "States": {"Asked": asked}}
    together = {"Type": "Parallel", "Branches": [branch] * BRANCHES, "End": True}
    return {"QueryLanguage": "JSONata", "StartAt": "Together", "States": {"Together": together}}


WAITING = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {
                "FunctionName": "${Probe}",
                "Payload": {"token.$": "$$.Task.Token", "raise": True},
            },
            "Catch": [{"ErrorEquals": ["NotYetThere"], "Next": "Known"}],
            "End": True,
        },
        "Known": {"Type": "Succeed"},
    },
}


def role(service: str, *actions: str) -> dict[str, Any]:
    """A role that ``service`` takes and that may do ``actions`` on anything."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = {
        "PolicyName": "own",
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [allow]},
    }
    document = {"Version": "2012-10-17", "Statement": [trust]}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": document, "Policies": [policy]},
    }


def _invocation(function: str) -> dict[str, str]:
    path = (
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"
    )
    return {"Fn::Sub": path % function}


def _api_body() -> dict[str, Any]:
    """As SAM hands an API over: authorizer and gateway responses extend its definition."""

    def get(**more: Any) -> dict[str, Any]:
        integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": _invocation("Probe")}
        return {"get": {"responses": {}, "x-amazon-apigateway-integration": integration, **more}}

    guard = {
        "type": "token",
        "authorizerUri": _invocation("Probe"),
        "authorizerResultTtlInSeconds": 0,
    }
    scheme = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
    }
    throttled = {
        "statusCode": 429,
        "responseParameters": {"gatewayresponse.header.Retry-After": "'1'"},
        "responseTemplates": {"application/json": '{"title": "slow down"}'},
    }
    return {
        "swagger": "2.0",
        "info": {"title": "sunlit-embedded", "version": "1"},
        "paths": {"/open": get(), "/own": get(security=[{"guard": []}])},
        "securityDefinitions": {"guard": {**scheme, "x-amazon-apigateway-authorizer": guard}},
        "x-amazon-apigateway-gateway-responses": {"THROTTLED": throttled},
    }


def arn(name: str) -> dict[str, Any]:
    """The ARN of a resource of the stack."""
    return {"Fn::GetAtt": [name, "Arn"]}


def _machine(name: str, flow: dict[str, Any], **substitutions: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "StateMachineName": name,
            "RoleArn": arn("FlowRole"),
            "DefinitionString": json.dumps(flow),
            "DefinitionSubstitutions": substitutions,
        },
    }


def template() -> dict[str, Any]:
    """The stack: one function behind everything that may call it."""
    api = {"Ref": "Api"}
    resources = {
        "Role": role("lambda.amazonaws.com", "sqs:*"),
        "FlowRole": role("states.amazonaws.com", "lambda:InvokeFunction", "sqs:SendMessage"),
        "Probe": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "probe",
                "Runtime": "python3.11",
                "Handler": "index.handler",
                "Code": {"ZipFile": HANDLER},
                "Role": arn("Role"),
                "Timeout": 10,
            },
        },
        "Flow": _machine("probe", FLOW, Probe=arn("Probe")),
        "Waiting": _machine("waiting", WAITING, Probe=arn("Probe")),
        "Branches": _machine("branches", _branches(), Tokens={"Ref": "Tokens"}),
        "Tokens": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "tokens"}},
        "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": "work",
                "VisibilityTimeout": 1,
                "RedrivePolicy": {"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 1},
            },
        },
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": arn("Queue"),
                "FunctionName": arn("Probe"),
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "Sweep": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": "sweep",
                "ScheduleExpression": "rate(30 minutes)",
                "Targets": [{"Id": "probe", "Arn": arn("Probe")}],
            },
        },
        "Alarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": "red",
                "Namespace": "Probe",
                "MetricName": "Raised",
                "Dimensions": [{"Name": "level", "Value": "red"}],
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
            },
        },
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketName": "uploads",
                "VersioningConfiguration": {"Status": "Enabled"},
            },
        },
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": _api_body()}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": api}},
        "Stage": {
            "Type": "AWS::ApiGateway::Stage",
            "Properties": {
                "RestApiId": api,
                "DeploymentId": {"Ref": "Deployment"},
                "StageName": "api",
                "MethodSettings": [
                    {
                        "HttpMethod": "*",
                        "ResourcePath": "/*",
                        "ThrottlingRateLimit": 5,
                        "ThrottlingBurstLimit": 10,
                    }
                ],
            },
        },
        "Journal": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "journal",
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            },
        },
    }
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def deploy(running: Running) -> None:
    """Creates the stack and returns when it stands."""
    stacks = running.client("cloudformation")
    stacks.create_stack(
        StackName="probe", TemplateBody=json.dumps(template()), Capabilities=["CAPABILITY_IAM"]
    )
    stacks.get_waiter("stack_create_complete").wait(StackName="probe", WaiterConfig={"Delay": 1})


def start(running: Running, machine: str, given: dict[str, Any] | None = None) -> str:
    """The ARN of a new execution."""
    flows = running.client("stepfunctions")
    machines = {each["name"]: each for each in flows.list_state_machines()["stateMachines"]}
    started = flows.start_execution(
        stateMachineArn=machines[machine]["stateMachineArn"], input=json.dumps(given or {})
    )
    return str(started["executionArn"])


def invoke(running: Running, event: dict[str, Any]) -> tuple[Any, str | None]:
    """The function's answer to ``event``, and the kind of its failure or None."""
    functions = running.client("lambda")
    answer = functions.invoke(FunctionName="probe", Payload=json.dumps(event))
    document = json.loads(answer["Payload"].read())
    return document, answer.get("FunctionError")
