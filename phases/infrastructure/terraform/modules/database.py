"""A relational database: encrypted, reached by the cluster only, its password made and kept by the cloud."""

from __future__ import annotations

from phases.infrastructure.terraform.hcl import Block, Join, block
from phases.infrastructure.terraform.module import NAME, NETWORK, TAGS, Module, Output, Variable, check, kept, key, ref, refused, run, tagged

_WHOLE = '["mariadb", "mysql", "postgres"]'


def guarded(port: str) -> tuple[Block, ...]:
    """A group that only the cluster's pods get into, at one port; it opens nothing itself."""
    return (
        block(
            "resource", "aws_security_group", "this", name_prefix=Join((ref("var.name"), "-")), description=Join(("Who reaches ", ref("var.name"))),
            vpc_id=ref("var.vpc_id"), tags=tagged(), inner=[block("lifecycle", create_before_destroy=True)],
        ),
        block(
            "resource", "aws_vpc_security_group_ingress_rule", "clients", security_group_id=ref("aws_security_group.this.id"),
            referenced_security_group_id=ref("var.client_security_group_id"), ip_protocol="tcp", from_port=ref(port), to_port=ref(port),
            description="Pods of the cluster", tags=tagged(),
        ),
    )  # fmt: skip


CLIENTS = Variable("client_security_group_id", "string", "The group of those who may connect.")
PORT = Variable(
    "port", "number", "Where it listens.", condition="var.port >= 1024 && var.port <= 65535", message="It should be between 1024 and 65535."
)

MODULE = Module(
    "database",
    main=(
        block(
            "locals",
            logs=ref('{ mariadb = ["error", "slowquery"], mysql = ["error", "slowquery"], postgres = ["postgresql", "upgrade"] }'),
            tls=ref('{ mariadb = { require_secure_transport = "1" }, mysql = { require_secure_transport = "1" }, postgres = { "rds.force_ssl" = "1" } }'),
        ),
        *key("Database"),
        *guarded("var.port"),
        block("resource", "aws_db_subnet_group", "this", name=ref("var.name"), subnet_ids=ref("var.subnet_ids"), tags=tagged()),
        block(
            "resource", "aws_db_parameter_group", "this", name_prefix=Join((ref("var.name"), "-")), family=ref("var.parameter_group_family"), tags=tagged(),
            inner=[
                Block("dynamic", ("parameter",), {"for_each": ref("var.require_tls ? local.tls[var.engine] : {}")},
                      (block("content", name=ref("parameter.key"), value=ref("parameter.value")),)),
                block("lifecycle", create_before_destroy=True),
            ],
        ),
        block(
            "resource", "aws_db_instance", "this",
            identifier=ref("var.name"),
            engine=ref("var.engine"),
            engine_version=ref("var.engine_version"),
            instance_class=ref("var.instance_class"),
            allocated_storage=ref("var.allocated_gigabytes"),
            max_allocated_storage=ref("var.maximum_gigabytes"),
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=ref("aws_kms_key.this.arn"),
            db_name=ref("var.database_name"),
            username=ref("var.username"),
            manage_master_user_password=True,
            master_user_secret_kms_key_id=ref("aws_kms_key.this.key_id"),
            iam_database_authentication_enabled=True,
            port=ref("var.port"),
            multi_az=ref("var.multi_az"),
            db_subnet_group_name=ref("aws_db_subnet_group.this.name"),
            parameter_group_name=ref("aws_db_parameter_group.this.name"),
            vpc_security_group_ids=[ref("aws_security_group.this.id")],
            publicly_accessible=False,
            auto_minor_version_upgrade=True,
            backup_retention_period=ref("var.backup_days"),
            copy_tags_to_snapshot=True,
            deletion_protection=True,
            skip_final_snapshot=False,
            final_snapshot_identifier=Join((ref("var.name"), "-final")),
            enabled_cloudwatch_logs_exports=ref("local.logs[var.engine]"),
            performance_insights_enabled=ref("var.performance_insights"),
            performance_insights_kms_key_id=ref("var.performance_insights ? aws_kms_key.this.arn : null"),
            tags=tagged(),
            inner=[kept()],
        ),
    ),
    variables=(
        NAME,
        *NETWORK,
        CLIENTS,
        Variable("engine", "string", "Which database it is.", condition=f"contains({_WHOLE}, var.engine)", message="It should be mariadb, mysql or postgres."),
        Variable("engine_version", "string", "Its version; a major one follows the minor ones.", condition='can(regex("^[0-9]+(\\\\.[0-9]+){0,2}$", var.engine_version))',
                 message="It should be digits and dots."),
        Variable("parameter_group_family", "string", "The family of parameters of that version: postgres16."),
        PORT,
        Variable("database_name", "string", "The database in it.", condition='can(regex("^[A-Za-z][A-Za-z0-9_]{0,62}$", var.database_name))',
                 message="It should be letters, digits and underscores, and begin with a letter."),
        Variable("username", "string", "Who administers it.", default="administrator",
                 condition='can(regex("^[A-Za-z][A-Za-z0-9_]{0,15}$", var.username)) && !contains(["admin", "postgres", "rdsadmin", "root"], var.username)',
                 message="It should be up to 16 letters, digits and underscores, and no name that the cloud keeps for itself."),
        Variable("instance_class", "string", "The kind of machine.", condition='can(regex("^db\\\\.", var.instance_class))', message="It begins with db."),
        Variable("allocated_gigabytes", "number", "Disk, in GiB.", default=20, condition="var.allocated_gigabytes >= 20", message="At least 20 GiB."),
        Variable("maximum_gigabytes", "number", "Up to how much it grows, in GiB.", default=100, condition="var.maximum_gigabytes > var.allocated_gigabytes",
                 message="It should be more than it begins with."),
        Variable("multi_az", "bool", "Whether another zone holds a second one.", default=True),
        Variable("backup_days", "number", "How many days can be gone back.", default=14, condition="var.backup_days >= 1 && var.backup_days <= 35",
                 message="Between 1 and 35 days."),
        Variable("performance_insights", "bool", "Whether queries are measured; small machines cannot.", default=True),
        Variable("require_tls", "bool", "Whether it refuses connections that are not encrypted.", default=True),
        TAGS,
    ),
    outputs=(
        Output("identifier", "Its name in the cloud.", "aws_db_instance.this.identifier"),
        Output("address", "The host to connect to.", "aws_db_instance.this.address"),
        Output("port", "The port to connect to.", "aws_db_instance.this.port"),
        Output("key_arn", "The key by which its password is kept.", "aws_kms_key.this.arn"),
        Output("password_secret_arn", "The secret that holds the administrator's password; never the password.",
               "aws_db_instance.this.master_user_secret[0].secret_arn"),
    ),
    given={"name": "acme-test-db", "vpc_id": "vpc-a", "subnet_ids": ["subnet-a", "subnet-b"], "client_security_group_id": "sg-a", "engine": "postgres",
           "engine_version": "16", "parameter_group_family": "postgres16", "port": 5432, "database_name": "app", "instance_class": "db.t4g.small"},
    runs=(
        run(
            "keeps_what_it_holds",
            check("aws_db_instance.this.storage_encrypted && aws_db_instance.this.deletion_protection", "It is encrypted, and not deleted by mistake."),
            check("aws_db_instance.this.manage_master_user_password", "The cloud makes the password."),
            check("!aws_db_instance.this.publicly_accessible", "It is not on the internet."),
            check('aws_db_instance.this.engine_version == "16"', "It has the version that it is given."),
            check('[for one in aws_db_parameter_group.this.parameter : one.name] == ["rds.force_ssl"]', "It refuses plain connections."),
            check("aws_vpc_security_group_ingress_rule.clients.from_port == 5432", "Its port is open to the cluster."),
        ),
        run("lets_plain_connections_in", check("length(aws_db_parameter_group.this.parameter) == 0", "It takes plain connections."), require_tls=False),
        refused("engine", "oracle"),
        refused("engine_version", "latest"),
        refused("port", 80),
        refused("database_name", "my-app"),
        refused("username", "postgres"),
        refused("instance_class", "t4g.small"),
        refused("allocated_gigabytes", 5),
        refused("maximum_gigabytes", 20),
        refused("backup_days", 0),
        refused("subnet_ids", ["subnet-a"]),
        refused("name", "a"),
    ),
)  # fmt: skip
