"""A cache: encrypted on disk and on its way, reached by the cluster only."""

from __future__ import annotations

from phases.infrastructure.terraform.hcl import Join, block
from phases.infrastructure.terraform.module import NAME, NETWORK, TAGS, Module, Output, Variable, check, kept, key, ref, refused, run, tagged
from phases.infrastructure.terraform.modules.database import CLIENTS, PORT, guarded

MODULE = Module(
    "cache",
    main=(
        *key("Cache"),
        *guarded("var.port"),
        block("resource", "aws_elasticache_subnet_group", "this", name=ref("var.name"), subnet_ids=ref("var.subnet_ids"), tags=tagged()),
        block(
            "resource", "aws_elasticache_replication_group", "this",
            replication_group_id=ref("var.name"),
            description=Join(("Cache ", ref("var.name"))),
            engine=ref("var.engine"),
            engine_version=ref("var.engine_version"),
            node_type=ref("var.node_type"),
            num_cache_clusters=ref("var.replicas + 1"),
            automatic_failover_enabled=ref("var.replicas > 0"),
            multi_az_enabled=ref("var.replicas > 0"),
            port=ref("var.port"),
            subnet_group_name=ref("aws_elasticache_subnet_group.this.name"),
            security_group_ids=[ref("aws_security_group.this.id")],
            at_rest_encryption_enabled=True,
            transit_encryption_enabled=True,
            transit_encryption_mode=ref('var.require_tls ? "required" : "preferred"'),
            kms_key_id=ref("aws_kms_key.this.arn"),
            snapshot_retention_limit=ref("var.snapshot_days"),
            auto_minor_version_upgrade=True,
            tags=tagged(),
            inner=[kept()],
        ),
    ),
    variables=(
        NAME,
        *NETWORK,
        CLIENTS,
        Variable("engine", "string", "Which cache it is.", condition='contains(["redis", "valkey"], var.engine)', message="It should be redis or valkey."),
        Variable("engine_version", "string", "Its version.", condition='can(regex("^[0-9]+\\\\.[0-9]+$", var.engine_version))', message="It should be two numbers: 7.1."),
        PORT,
        Variable("node_type", "string", "The kind of machine.", condition='can(regex("^cache\\\\.", var.node_type))', message="It begins with cache."),
        Variable("replicas", "number", "How many hold a copy, in other zones.", default=1, condition="var.replicas >= 0 && var.replicas <= 5",
                 message="Between none and 5."),
        Variable("snapshot_days", "number", "How many days can be gone back.", default=7, condition="var.snapshot_days >= 0 && var.snapshot_days <= 35",
                 message="Between none and 35 days."),
        Variable("require_tls", "bool", "Whether it refuses connections that are not encrypted.", default=True),
        TAGS,
    ),
    outputs=(
        Output("identifier", "Its name in the cloud.", "aws_elasticache_replication_group.this.replication_group_id"),
        Output("address", "The host to connect to.", "aws_elasticache_replication_group.this.primary_endpoint_address"),
        Output("port", "The port to connect to.", "aws_elasticache_replication_group.this.port"),
    ),
    given={"name": "acme-test-cache", "vpc_id": "vpc-a", "subnet_ids": ["subnet-a", "subnet-b"], "client_security_group_id": "sg-a", "engine": "redis",
           "engine_version": "7.1", "port": 6379, "node_type": "cache.t4g.small"},
    runs=(
        run(
            "keeps_to_itself",
            check('aws_elasticache_replication_group.this.transit_encryption_mode == "required"', "It refuses plain connections."),
            check("tobool(aws_elasticache_replication_group.this.at_rest_encryption_enabled)", "It is encrypted on disk."),
            check("aws_elasticache_replication_group.this.num_cache_clusters == 2", "A second one holds a copy."),
            check("aws_elasticache_replication_group.this.automatic_failover_enabled", "The second one takes over."),
            check("aws_vpc_security_group_ingress_rule.clients.to_port == 6379", "Its port is open to the cluster."),
        ),
        run("does_with_one", check("!aws_elasticache_replication_group.this.multi_az_enabled", "One machine is in one zone."), replicas=0),
        refused("engine", "memcached"),
        refused("engine_version", "latest"),
        refused("port", 80),
        refused("node_type", "t4g.small"),
        refused("replicas", 6),
        refused("snapshot_days", 36),
        refused("subnet_ids", ["subnet-a"]),
        refused("name", "a"),
    ),
)  # fmt: skip
