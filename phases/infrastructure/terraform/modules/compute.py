"""A Kubernetes cluster, the registries of the images that the repository builds, and who may read which secret."""

from __future__ import annotations

from phases.infrastructure.terraform.hcl import Block, Call, Join, block
from phases.infrastructure.terraform.module import (
    NAME,
    NETWORK,
    TAGS,
    Module,
    Output,
    Variable,
    allowed,
    check,
    key,
    policy,
    ref,
    refused,
    run,
    tagged,
    trust,
)


def _role(name: str, service: str, *managed: str) -> tuple[Block, ...]:
    """A role of a service with policies that the cloud keeps."""
    wanted = ", ".join(f'"{one}"' for one in managed)
    return (
        block("resource", "aws_iam_role", name, name=Join((ref("var.name"), f"-{name}")), assume_role_policy=trust(service), tags=tagged()),
        block(
            "resource", "aws_iam_role_policy_attachment", name, for_each=ref(f"toset([{wanted}])"), role=ref(f"aws_iam_role.{name}.name"),
            policy_arn=Join(("arn:", ref("data.aws_partition.current.partition"), ":iam::aws:policy/", ref("each.key"))),
        ),
    )  # fmt: skip


def _addons(name: str, which: str, why: str, after: str) -> Block:
    return block(
        "resource", "aws_eks_addon", name, comment=why, for_each=ref(f"toset({which})"), cluster_name=ref("aws_eks_cluster.this.name"),
        addon_name=ref("each.key"), tags=tagged(), depends_on=[ref(after)],
    )  # fmt: skip


_CLUSTER = (
    *_role("cluster", "eks.amazonaws.com", "AmazonEKSClusterPolicy"),
    block(
        "resource", "aws_eks_cluster", "this",
        name=ref("var.name"),
        version=ref("var.kubernetes_version"),
        role_arn=ref("aws_iam_role.cluster.arn"),
        enabled_cluster_log_types=["api", "audit", "authenticator", "controllerManager", "scheduler"],
        bootstrap_self_managed_addons=False,
        depends_on=[ref("aws_iam_role_policy_attachment.cluster")],
        tags=tagged(),
        inner=[
            block("access_config", authentication_mode="API", bootstrap_cluster_creator_admin_permissions=ref("var.creator_is_administrator")),
            block("encryption_config", resources=["secrets"], inner=[block("provider", key_arn=ref("aws_kms_key.this.arn"))]),
            block(
                "vpc_config", subnet_ids=ref("var.subnet_ids"), endpoint_private_access=True,
                endpoint_public_access=ref("length(var.public_access_cidrs) > 0"),
                public_access_cidrs=ref("length(var.public_access_cidrs) > 0 ? var.public_access_cidrs : null"),
            ),
        ],
    ),
    _addons("daemons", '["eks-pod-identity-agent", "kube-proxy", "vpc-cni"]', "Machines are not ready without them.", "aws_iam_role_policy_attachment.cluster"),
    _addons("pods", '["coredns"]', "They need a machine to run on.", "aws_eks_node_group.this"),
)  # fmt: skip

_NODES = (
    *_role("nodes", "ec2.amazonaws.com", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"),
    block(
        "resource", "aws_launch_template", "nodes", name_prefix=Join((ref("var.name"), "-")), update_default_version=True, tags=tagged(),
        inner=[
            block("block_device_mappings", device_name="/dev/xvda", inner=[
                block("ebs", volume_size=ref("var.disk_gigabytes"), volume_type="gp3", encrypted=True, delete_on_termination=True),
            ]),
            block("metadata_options", http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1,
                  comment="Pods do not get at the role of their node."),
        ],
    ),
    block(
        "resource", "aws_eks_node_group", "this", cluster_name=ref("aws_eks_cluster.this.name"), node_group_name_prefix=Join((ref("var.name"), "-")),
        node_role_arn=ref("aws_iam_role.nodes.arn"), subnet_ids=ref("var.subnet_ids"), instance_types=ref("var.instance_types"), tags=tagged(),
        depends_on=[ref("aws_eks_addon.daemons"), ref("aws_iam_role_policy_attachment.nodes")],
        inner=[
            block("launch_template", id=ref("aws_launch_template.nodes.id"), version=ref("aws_launch_template.nodes.latest_version")),
            block("scaling_config", min_size=ref("var.minimum_nodes"), desired_size=ref("var.minimum_nodes"), max_size=ref("var.maximum_nodes")),
            block("update_config", max_unavailable=1),
            block("lifecycle", create_before_destroy=True, ignore_changes=[ref("scaling_config[0].desired_size")]),
        ],
    ),
)  # fmt: skip

_HAS_VOLUMES = ref("var.keeps_volumes ? 1 : 0")
_VOLUMES = (
    block("resource", "aws_iam_role", "volumes", count=_HAS_VOLUMES, name=Join((ref("var.name"), "-volumes")),
          assume_role_policy=trust("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"), tags=tagged()),
    block(
        "resource", "aws_iam_role_policy_attachment", "volumes", count=_HAS_VOLUMES, role=ref("aws_iam_role.volumes[0].name"),
        policy_arn=Join(("arn:", ref("data.aws_partition.current.partition"), ":iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy")),
    ),
    block(
        "resource", "aws_eks_addon", "volumes", comment="Gives disks to what keeps its state in the cluster.", count=_HAS_VOLUMES,
        cluster_name=ref("aws_eks_cluster.this.name"), addon_name="aws-ebs-csi-driver", tags=tagged(),
        depends_on=[ref("aws_eks_node_group.this"), ref("aws_iam_role_policy_attachment.volumes")],
        inner=[block("pod_identity_association", service_account="ebs-csi-controller-sa", role_arn=ref("aws_iam_role.volumes[0].arn"))],
    ),
)  # fmt: skip

_IMAGES = (
    block(
        "resource", "aws_ecr_repository", "this", for_each=ref("toset(var.images)"), name=ref("each.key"),
        image_tag_mutability="IMMUTABLE", tags=tagged("each.key"),
        inner=[
            block("encryption_configuration", encryption_type="KMS", kms_key=ref("aws_kms_key.this.arn")),
            block("image_scanning_configuration", scan_on_push=True),
        ],
    ),
    block(
        "resource", "aws_ecr_lifecycle_policy", "this", for_each=ref("aws_ecr_repository.this"), repository=ref("each.value.name"),
        policy=Call("jsonencode", ({"rules": [{
            "rulePriority": 1,
            "description": "Images without a tag go after two weeks",
            "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14},
            "action": {"type": "expire"},
        }]},)),
    ),
)  # fmt: skip

_SECRETS = (
    block("resource", "aws_iam_role", "secrets", count=ref("length(var.secret_arns) > 0 ? 1 : 0"), name=Join((ref("var.name"), "-secrets")),
          assume_role_policy=trust("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"), tags=tagged()),
    block(
        "resource", "aws_iam_role_policy", "secrets", count=ref("length(var.secret_arns) > 0 ? 1 : 0"), name="read-secrets",
        role=ref("aws_iam_role.secrets[0].id"),
        policy=policy(
            {"Sid": "Read"} | allowed(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], ref("var.secret_arns")),
            {"Sid": "Decrypt"} | allowed(["kms:Decrypt"], ref("concat([aws_kms_key.this.arn], var.secret_key_arns)"))
            | {"Condition": {"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}},
        ),
    ),
    block(
        "resource", "aws_eks_pod_identity_association", "secrets", count=ref("length(var.secret_arns) > 0 ? 1 : 0"),
        cluster_name=ref("aws_eks_cluster.this.name"), namespace=ref("var.secrets_reader.namespace"),
        service_account=ref("var.secrets_reader.service_account"), role_arn=ref("aws_iam_role.secrets[0].arn"), tags=tagged(),
    ),
)  # fmt: skip

MODULE = Module(
    "compute",
    main=(*key("Cluster secrets and images"), *_CLUSTER, *_NODES, *_VOLUMES, *_IMAGES, *_SECRETS),
    variables=(
        NAME,
        NETWORK[1],
        Variable("kubernetes_version", "string", "Minor version of Kubernetes.", condition='can(regex("^1\\\\.[0-9]{2}$", var.kubernetes_version))',
                 message="It should be a minor version, such as 1.33."),
        Variable("instance_types", "list(string)", "Kinds of machines.", condition="length(var.instance_types) > 0", message="At least one kind is needed."),
        Variable("minimum_nodes", "number", "How many machines there are at least.", condition="var.minimum_nodes >= 1 && floor(var.minimum_nodes) == var.minimum_nodes",
                 message="At least one machine is needed."),
        Variable("maximum_nodes", "number", "How many machines there are at most.", condition="var.maximum_nodes >= var.minimum_nodes",
                 message="The most should not be fewer than the least."),
        Variable("disk_gigabytes", "number", "Disk of a machine, in GiB.", default=50, condition="var.disk_gigabytes >= 20",
                 message="A machine needs 20 GiB for itself and its images."),
        Variable("public_access_cidrs", "list(string)", "Who may ask the cluster's API from outside; nobody without it.", default=[],
                 condition='alltrue([for cidr in var.public_access_cidrs : can(cidrhost(cidr, 0)) && cidr != "0.0.0.0/0"])',
                 message="They should be blocks of addresses, and not the whole internet."),
        Variable("creator_is_administrator", "bool", "Whether whoever makes the cluster administers it.", default=True),
        Variable("images", "list(string)", "Images that the repository builds: each has a registry.", default=[],
                 condition='alltrue([for image in var.images : can(regex("^[a-z0-9]+(?:[._/-][a-z0-9]+)*$", image))])',
                 message="They should be names of images in lower case."),
        Variable("keeps_volumes", "bool", "Whether something in the cluster keeps its state on disks.", default=False),
        Variable("secret_arns", "list(string)", "Secrets that the cluster may read.", default=[]),
        Variable("secret_key_arns", "list(string)", "Keys by which those secrets are kept, beside the cluster's own.", default=[]),
        Variable("secrets_reader", "object({ namespace = string, service_account = string })", "Who in the cluster reads them.",
                 default={"namespace": "external-secrets", "service_account": "external-secrets"}),
        TAGS,
    ),
    outputs=(
        Output("cluster_name", "The cluster.", "aws_eks_cluster.this.name"),
        Output("cluster_endpoint", "Where its API is asked.", "aws_eks_cluster.this.endpoint"),
        Output("client_security_group_id", "The group that its pods are in.", "aws_eks_cluster.this.vpc_config[0].cluster_security_group_id"),
        Output("image_urls", "Where images are pushed, by name.", "{ for name, repository in aws_ecr_repository.this : name => repository.repository_url }"),
    ),
    given={"name": "acme-test", "subnet_ids": ["subnet-a", "subnet-b"], "kubernetes_version": "1.33", "instance_types": ["m7g.large"], "minimum_nodes": 2,
           "maximum_nodes": 4, "images": ["acme/api"]},
    runs=(
        run(
            "keeps_to_itself",
            check("!aws_eks_cluster.this.vpc_config[0].endpoint_public_access", "Nobody asks the API from outside."),
            check('aws_eks_cluster.this.encryption_config[0].resources == toset(["secrets"])', "Secrets of the cluster are encrypted by its key."),
            check('aws_launch_template.nodes.metadata_options[0].http_tokens == "required"', "Metadata are only told to who asks with a token."),
            check('aws_ecr_repository.this["acme/api"].image_tag_mutability == "IMMUTABLE"', "A tag names one image for ever."),
            check("length(aws_iam_role.secrets) == 0", "Without secrets nobody may read any."),
        ),
        run("gives_disks", check('aws_eks_addon.volumes[0].addon_name == "aws-ebs-csi-driver"', "Disks are given by their driver."), keeps_volumes=True),
        run("reads_its_secrets", check("length(aws_eks_pod_identity_association.secrets) == 1", "One account of the cluster reads the secrets."),
            secret_arns=["arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme"]),
        refused("kubernetes_version", "latest"),
        refused("public_access_cidrs", ["0.0.0.0/0"]),
        refused("maximum_nodes", 1),
        refused("minimum_nodes", 0),
        refused("images", ["Api"]),
        refused("subnet_ids", ["subnet-a"]),
        refused("instance_types", []),
        refused("disk_gigabytes", 5),
        refused("name", "-acme"),
    ),
)  # fmt: skip
