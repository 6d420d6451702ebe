"""What tells people that the cloud's own parts are in trouble; what workloads tell themselves is collected by the cluster's monitoring."""

from __future__ import annotations

from phases.infrastructure.terraform.hcl import Block, Join, block
from phases.infrastructure.terraform.module import NAME, TAGS, Module, Output, Variable, check, key, ref, refused, run, tagged

_ALARMS = {
    "Sid": "Alarms",
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:SourceAccount": ref("data.aws_caller_identity.current.account_id")}},
}


def _alarm(name: str, metric: str, threshold: object, message: str, comparison: str = "GreaterThanThreshold") -> Block:
    """An alarm for each database or cache, by a metric that the cloud itself measures."""
    database = name.startswith("database")
    return block(
        "resource", "aws_cloudwatch_metric_alarm", name,
        for_each=ref("var.databases" if database else "var.caches"),
        alarm_name=Join((ref("var.name"), "-", ref("each.key"), f"-{name.replace('_', '-')}")),
        alarm_description=message,
        namespace="AWS/RDS" if database else "AWS/ElastiCache",
        metric_name=metric,
        dimensions=ref("{ DBInstanceIdentifier = each.value }" if database else '{ CacheClusterId = "${each.value}-001" }'),
        statistic="Average",
        period=300,
        evaluation_periods=3,
        comparison_operator=comparison,
        threshold=threshold,
        treat_missing_data="breaching",
        alarm_actions=[ref("aws_sns_topic.alarms.arn")],
        ok_actions=[ref("aws_sns_topic.alarms.arn")],
        tags=tagged(),
    )  # fmt: skip


MODULE = Module(
    "monitoring",
    main=(
        *key("Alarms", _ALARMS),
        block("resource", "aws_sns_topic", "alarms", name=Join((ref("var.name"), "-alarms")), kms_master_key_id=ref("aws_kms_key.this.arn"), tags=tagged()),
        block("resource", "aws_sns_topic_subscription", "email", for_each=ref("toset(var.emails)"), topic_arn=ref("aws_sns_topic.alarms.arn"), protocol="email",
              endpoint=ref("each.key")),
        block("resource", "aws_prometheus_workspace", "this", count=ref("var.collects_metrics ? 1 : 0"), alias=ref("var.name"),
              kms_key_arn=ref("aws_kms_key.this.arn"), tags=tagged()),
        _alarm("database_cpu", "CPUUtilization", 80, "The database has had no time to spare for a quarter of an hour."),
        _alarm("database_disk", "FreeStorageSpace", ref("var.free_gigabytes * 1024 * 1024 * 1024"),
               "The database's disk is nearly full.", "LessThanThreshold"),
        _alarm("cache_cpu", "EngineCPUUtilization", 80, "The cache has had no time to spare for a quarter of an hour."),
        _alarm("cache_memory", "DatabaseMemoryUsagePercentage", 80, "The cache's memory is nearly full."),
    ),
    variables=(
        NAME,
        Variable("databases", "map(string)", "Identifiers of databases, by name.", default={}),
        Variable("caches", "map(string)", "Identifiers of caches, by name.", default={}),
        Variable("emails", "list(string)", "Who is told; each has to confirm it once.", default=[],
                 condition='alltrue([for email in var.emails : can(regex("^[^@ ]+@[^@ ]+$", email))])', message="They should be addresses of e-mail."),
        Variable("free_gigabytes", "number", "How much disk of a database should be free, in GiB.", default=5, condition="var.free_gigabytes > 0",
                 message="It should be more than nothing."),
        Variable("collects_metrics", "bool", "Whether workloads have metrics to keep.", default=False),
        TAGS,
    ),
    outputs=(
        Output("alarm_topic_arn", "Where alarms are told.", "aws_sns_topic.alarms.arn"),
        Output("prometheus_endpoint", "Where metrics are kept, if any are; else empty.", 'try(aws_prometheus_workspace.this[0].prometheus_endpoint, "")'),
    ),
    given={"name": "acme-test", "databases": {"db": "acme-test-db"}, "caches": {"cache": "acme-test-cache"}},
    runs=(
        run(
            "watches_what_there_is",
            check('aws_cloudwatch_metric_alarm.database_disk["db"].threshold == 5 * 1024 * 1024 * 1024', "The disk is watched, in bytes."),
            check('aws_cloudwatch_metric_alarm.cache_memory["cache"].dimensions.CacheClusterId == "acme-test-cache-001"', "The cache's machine is watched."),
            check("length(aws_prometheus_workspace.this) == 0", "Nothing is kept where there is nothing to keep."),
        ),
        run("keeps_metrics", check("length(aws_prometheus_workspace.this) == 1", "Metrics have a place."), collects_metrics=True),
        refused("emails", ["nobody"]),
        refused("free_gigabytes", 0),
        refused("name", "Acme"),
    ),
)  # fmt: skip
