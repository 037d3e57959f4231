"""Looks around in the embedded cloud as a person with boto3 would; prints what it saw as one JSON object."""

import json
import sys

import boto3
import botocore.model
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, TOPIC, QUEUE, FUNCTION, ALARM, TABLE, RULE = sys.argv[1:]
SETTINGS = {
    "endpoint_url": ENDPOINT,
    "region_name": "us-east-1",
    "aws_access_key_id": "owner",
    "aws_secret_access_key": "owner",
    "config": Config(read_timeout=20),
}


def client(name):
    return boto3.client(name, **SETTINGS)


def refusal(call):
    """The code and message of the error that a call ends with."""
    try:
        call()
    except ClientError as error:
        return {
            "code": error.response["Error"]["Code"],
            "class": type(error).__name__,
            "message": error.response["Error"]["Message"],
        }
    return None


def pages(service, operation, member, size=None, **arguments):
    config = {} if size is None else {"PaginationConfig": {"PageSize": size}}
    found = service.get_paginator(operation).paginate(**config, **arguments)
    return [len(page.get(member, [])) for page in found]


def cloudwatch():
    service = client("cloudwatch")
    service.get_waiter("alarm_exists").wait(AlarmNames=[ALARM], WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    (alarm,) = service.describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    service.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="a & b")
    return {
        "name": alarm["AlarmName"],
        "updated": alarm["StateUpdatedTimestamp"].year > 2000,
        "pages": pages(service, "describe_alarms", "MetricAlarms", 1),
        "none": service.describe_alarms(AlarmNamePrefix="none")["MetricAlarms"],
        "history": len(service.describe_alarm_history(AlarmName=ALARM)["AlarmHistoryItems"]) > 0,
        "unknown": refusal(lambda: service.set_alarm_state(AlarmName="x", StateValue="OK", StateReason="")),
        "missing": refusal(lambda: service.list_metric_streams()),
    }


def cloudwatch_in_cbor():
    """The same in CBOR, which other SDKs prefer to JSON; null where boto3 is too old to know it."""
    if not hasattr(botocore.model, "PRIORITY_ORDERED_SUPPORTED_PROTOCOLS"):
        return None
    usual = botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS
    if "smithy-rpc-v2-cbor" not in usual:
        return None
    botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = ("smithy-rpc-v2-cbor",) + usual
    try:
        return {"protocol": client("cloudwatch").meta.service_model.resolved_protocol, **cloudwatch()}
    finally:
        botocore.model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS = usual


def sqs():
    service = client("sqs")
    urls = service.list_queues()["QueueUrls"]
    sent = {"k": {"DataType": "String", "StringValue": "v"}, "b": {"DataType": "Binary", "BinaryValue": b"\0\1"}}
    service.send_message(QueueUrl=QUEUE, MessageBody="<one>", MessageAttributes=sent)
    (message,) = service.receive_message(
        QueueUrl=QUEUE, AttributeNames=["All"], MessageAttributeNames=["All"], WaitTimeSeconds=5
    )["Messages"]
    service.change_message_visibility(QueueUrl=QUEUE, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    entries = [{"Id": name, "MessageBody": name} for name in ("a", "b")]
    batch = service.send_message_batch(QueueUrl=QUEUE, Entries=entries)
    received = service.receive_message(QueueUrl=QUEUE, MaxNumberOfMessages=10)["Messages"]
    handles = [{"Id": str(at), "ReceiptHandle": one["ReceiptHandle"]} for at, one in enumerate(received)]
    deleted = service.delete_message_batch(QueueUrl=QUEUE, Entries=handles)
    attributes = service.get_queue_attributes(QueueUrl=QUEUE, AttributeNames=["All"])["Attributes"]
    return {
        "urls": urls,
        "pages": pages(service, "list_queues", "QueueUrls", 1),
        "none": service.list_queues(QueueNamePrefix="none").get("QueueUrls", []),
        "body": message["Body"],
        "attributes": message["MessageAttributes"] == sent,
        "count": message["Attributes"]["ApproximateReceiveCount"],
        "batch": [one["Id"] for one in batch["Successful"]],
        "deleted": len(deleted["Successful"]),
        "left": attributes["ApproximateNumberOfMessages"],
        "empty": service.receive_message(QueueUrl=QUEUE).get("Messages", []),
        "gone": refusal(lambda: service.get_queue_url(QueueName="gone")),
    }


def sns():
    service = client("sns")
    text = {"severity": {"DataType": "String", "StringValue": "critical"}}
    return {
        "topics": [one["TopicArn"] for one in service.list_topics()["Topics"]],
        "pages": pages(service, "list_topics", "Topics"),
        "message": bool(service.publish(TopicArn=TOPIC, Message="hi", MessageAttributes=text)["MessageId"]),
        "subscriptions": len(service.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]),
        "gone": refusal(lambda: service.publish(TopicArn=TOPIC + "x", Message="hi")),
        "missing": refusal(lambda: service.create_platform_application(Name="x", Platform="y", Attributes={})),
    }


def dynamodb():
    service = client("dynamodb")
    service.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    for number in range(3):
        service.put_item(TableName=TABLE, Item={"pk": {"S": "a"}, "sk": {"S": str(number)}})
    query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
    return {
        "tables": service.list_tables()["TableNames"],
        "scanned": service.scan(TableName=TABLE)["Count"],
        "pages": pages(service, "query", "Items", 2, TableName=TABLE, **query),
        "gone": refusal(lambda: service.describe_table(TableName="gone")),
    }


def ecs():
    service = client("ecs")
    waiter = service.get_waiter("services_stable")
    waiter.wait(cluster="shop", services=["worker"], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    tasks = service.list_tasks(cluster="shop")["taskArns"]
    return {
        "clusters": len(service.describe_clusters(clusters=["shop"])["clusters"]),
        "services": len(service.list_services(cluster="shop")["serviceArns"]),
        "running": service.describe_services(cluster="shop", services=["worker"])["services"][0]["runningCount"],
        "task": service.describe_tasks(cluster="shop", tasks=tasks)["tasks"][0]["lastStatus"],
        "missing": refusal(lambda: service.list_services(cluster="none")),
    }


def functions():
    service = client("lambda")
    waiter = service.get_waiter("function_active_v2")
    waiter.wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    answer = service.invoke(FunctionName=FUNCTION, Payload=json.dumps({"name": "ana"}).encode())
    groups = client("logs").describe_log_groups()["logGroups"]
    lines = client("logs").filter_log_events(logGroupName="/aws/lambda/" + FUNCTION, filterPattern="greeted")
    return {
        "functions": [one["FunctionName"] for one in service.list_functions()["Functions"]],
        "said": json.loads(answer["Payload"].read()),
        "handler": service.get_function(FunctionName=FUNCTION)["Configuration"]["Handler"],
        "versions": len(service.list_versions_by_function(FunctionName=FUNCTION)["Versions"]),
        "pages": pages(service, "list_versions_by_function", "Versions", 1, FunctionName=FUNCTION),
        "aliases": [one["Name"] for one in service.list_aliases(FunctionName=FUNCTION)["Aliases"]],
        "mappings": len(service.list_event_source_mappings(FunctionName=FUNCTION)["EventSourceMappings"]),
        "gone": refusal(lambda: service.get_function(FunctionName="gone")),
        "groups": [one["logGroupName"] for one in groups],
        "lines": [one["message"].strip() for one in lines["events"]],
    }


def timetable():
    scheduler, events = client("scheduler"), client("events")
    (summary,) = scheduler.list_schedules()["Schedules"]
    schedule = scheduler.get_schedule(Name=summary["Name"])
    (rule,) = events.list_rules(NamePrefix=RULE)["Rules"]
    return {
        "expression": schedule["ScheduleExpression"],
        "since": schedule["CreationDate"].year > 2000,
        "pattern": json.loads(rule["EventPattern"]),
        "targets": len(events.list_targets_by_rule(Rule=RULE)["Targets"]),
        "gone": refusal(lambda: scheduler.get_schedule(Name="gone")),
    }


SEEN = {
    "identity": client("sts").get_caller_identity()["Arn"],
    "cloudwatch": cloudwatch(),
    "cbor": cloudwatch_in_cbor(),
    "sqs": sqs(),
    "sns": sns(),
    "dynamodb": dynamodb(),
    "ecs": ecs(),
    "functions": functions(),
    "timetable": timetable(),
    "s3": refusal(lambda: client("s3").list_buckets()),
    "ec2": refusal(lambda: client("ec2").describe_instances()),
}
print(json.dumps(SEEN))
