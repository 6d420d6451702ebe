"""A network of public and private subnets in several zones, whose traffic is logged."""

from __future__ import annotations

from phases.infrastructure.terraform.hcl import Block, Join, block
from phases.infrastructure.terraform.module import NAME, TAGS, Module, Output, Variable, allowed, check, key, policy, ref, refused, run, tagged, trust

_ZONES = "{ for index, zone in var.availability_zones : zone => index }"
_LOGS = {
    "Sid": "Logs",
    "Effect": "Allow",
    "Principal": {"Service": "logs.amazonaws.com"},
    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    "Resource": "*",
    "Condition": {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": Join(
                ("arn:", ref("data.aws_partition.current.partition"), ":logs:*:", ref("data.aws_caller_identity.current.account_id"), ":log-group:*")
            )
        }
    },
}

_FLOW = (
    block(
        "resource", "aws_cloudwatch_log_group", "flow",
        name=Join(("/network/", ref("var.name"))), retention_in_days=ref("var.log_retention_days"), kms_key_id=ref("aws_kms_key.this.arn"), tags=tagged(),
    ),
    block("resource", "aws_iam_role", "flow", name=Join((ref("var.name"), "-flow-logs")), assume_role_policy=trust("vpc-flow-logs.amazonaws.com"), tags=tagged()),
    block(
        "resource", "aws_iam_role_policy", "flow", name="write-logs", role=ref("aws_iam_role.flow.id"),
        policy=policy(allowed(
            ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], Join((ref("aws_cloudwatch_log_group.flow.arn"), ":*")),
        )),
    ),
    block(
        "resource", "aws_flow_log", "this", vpc_id=ref("aws_vpc.this.id"), traffic_type="ALL", iam_role_arn=ref("aws_iam_role.flow.arn"),
        log_destination=ref("aws_cloudwatch_log_group.flow.arn"), tags=tagged(),
    ),
)  # fmt: skip


def _subnets(kind: str, offset: str, role: str) -> Block:
    return block(
        "resource", "aws_subnet", kind, for_each=ref("local.zones"), vpc_id=ref("aws_vpc.this.id"), availability_zone=ref("each.key"),
        cidr_block=ref(f"cidrsubnet(var.cidr_block, 4, each.value{offset})"),
        tags=ref(f'merge(var.tags, {{ Name = "${{var.name}}-{kind}-${{each.key}}", "kubernetes.io/role/{role}" = "1" }})'),
    )  # fmt: skip


def _routed(kind: str) -> Block:
    return block(
        "resource", "aws_route_table_association", kind, for_each=ref(f"aws_subnet.{kind}"), subnet_id=ref("each.value.id"),
        route_table_id=ref("aws_route_table.public.id" if kind == "public" else "aws_route_table.private[each.key].id"),
    )  # fmt: skip


MODULE = Module(
    "networking",
    main=(
        block(
            "locals",
            zones=ref(_ZONES),
            gateways=ref("{ for zone, index in local.zones : zone => index if index == 0 || !var.single_nat_gateway }"),
        ),
        block("resource", "aws_vpc", "this", cidr_block=ref("var.cidr_block"), enable_dns_support=True, enable_dns_hostnames=True, tags=tagged()),
        block("resource", "aws_default_security_group", "this", comment="Without rules: what is in nobody's group is reached by nobody.",
              vpc_id=ref("aws_vpc.this.id"), tags=tagged()),
        block("resource", "aws_internet_gateway", "this", vpc_id=ref("aws_vpc.this.id"), tags=tagged()),
        _subnets("public", "", "elb"),
        _subnets("private", " + 8", "internal-elb"),
        block("resource", "aws_eip", "nat", for_each=ref("local.gateways"), domain="vpc", tags=tagged('"${var.name}-${each.key}"')),
        block(
            "resource", "aws_nat_gateway", "this", for_each=ref("local.gateways"), allocation_id=ref("aws_eip.nat[each.key].id"),
            subnet_id=ref("aws_subnet.public[each.key].id"), tags=tagged('"${var.name}-${each.key}"'),
        ),
        block("resource", "aws_route_table", "public", vpc_id=ref("aws_vpc.this.id"), tags=tagged('"${var.name}-public"')),
        block("resource", "aws_route", "public", route_table_id=ref("aws_route_table.public.id"), destination_cidr_block="0.0.0.0/0",
              gateway_id=ref("aws_internet_gateway.this.id")),
        block("resource", "aws_route_table", "private", for_each=ref("local.zones"), vpc_id=ref("aws_vpc.this.id"),
              tags=tagged('"${var.name}-private-${each.key}"')),
        block(
            "resource", "aws_route", "private", for_each=ref("local.zones"), route_table_id=ref("aws_route_table.private[each.key].id"),
            destination_cidr_block="0.0.0.0/0",
            nat_gateway_id=ref("aws_nat_gateway.this[var.single_nat_gateway ? var.availability_zones[0] : each.key].id"),
        ),
        _routed("public"),
        _routed("private"),
        *key("Flow logs", _LOGS),
        *_FLOW,
    ),
    variables=(
        NAME,
        Variable("cidr_block", "string", "Addresses of the network.",
                 condition='can(cidrhost(var.cidr_block, 0)) && try(tonumber(split("/", var.cidr_block)[1]) <= 20, false)',
                 message="It should be a block of IPv4 addresses, /20 or larger."),
        Variable("availability_zones", "list(string)", "Zones that it spans.",
                 condition="length(var.availability_zones) >= 2 && length(var.availability_zones) <= 8", message="Two to eight zones are needed."),
        Variable("single_nat_gateway", "bool", "One way out for all zones: cheaper, and lost with its zone.", default=False),
        Variable("log_retention_days", "number", "How long traffic logs are kept.", default=365,
                 condition="contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], "
                           "var.log_retention_days)",
                 message="CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400 … days."),
        TAGS,
    ),
    outputs=(
        Output("vpc_id", "The network.", "aws_vpc.this.id"),
        Output("private_subnet_ids", "Subnets without a way in, by zone.", "[for zone in var.availability_zones : aws_subnet.private[zone].id]"),
        Output("public_subnet_ids", "Subnets for load balancers, by zone.", "[for zone in var.availability_zones : aws_subnet.public[zone].id]"),
    ),
    given={"name": "acme-test", "cidr_block": "10.0.0.0/16", "availability_zones": ["zone-a", "zone-b"]},
    runs=(
        run(
            "spans_its_zones",
            check("length(aws_subnet.private) == 2 && length(aws_subnet.public) == 2", "Every zone has a private and a public subnet."),
            check("length(aws_nat_gateway.this) == 2", "Every zone has its own way out."),
            check('aws_subnet.private["zone-a"].cidr_block != aws_subnet.public["zone-a"].cidr_block', "Subnets do not overlap."),
            check('aws_flow_log.this.traffic_type == "ALL"', "All traffic is logged."),
        ),
        run("saves_on_gateways", check("length(aws_nat_gateway.this) == 1", "One way out serves all zones."), single_nat_gateway=True),
        refused("availability_zones", ["zone-a"]),
        refused("cidr_block", "10.0.0.0/24"),
        refused("log_retention_days", 2),
        refused("name", "Acme"),
    ),
)  # fmt: skip
