locals {
  name = "acme-dev"
  tags = {
    environment  = "dev"
    "managed-by" = "terraform"
    repository   = "acme"
  }
}

data "aws_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

# Made and filled by people; their values never come into the state.
data "aws_secretsmanager_secret" "this" {
  for_each = {
    DATABASE_URL      = "acme/development/DATABASE_URL"
    POSTGRES_PASSWORD = "acme/development/POSTGRES_PASSWORD"
    SECRET_KEY        = "acme/development/SECRET_KEY"
  }
  name = each.value
}

module "networking" {
  source             = "../../modules/networking"
  name               = local.name
  tags               = local.tags
  cidr_block         = "10.0.0.0/16"
  single_nat_gateway = true
  log_retention_days = 30
  availability_zones = slice(data.aws_availability_zones.available.names, 0, 2)
}

module "compute" {
  source             = "../../modules/compute"
  name               = local.name
  tags               = local.tags
  subnet_ids         = module.networking.private_subnet_ids
  kubernetes_version = "1.33"
  instance_types     = ["t3.large"]
  minimum_nodes      = 1
  maximum_nodes      = 3
  keeps_volumes      = true
  secret_arns        = [for secret in data.aws_secretsmanager_secret.this : secret.arn]
}

module "monitoring" {
  source           = "../../modules/monitoring"
  name             = local.name
  tags             = local.tags
  collects_metrics = true
}
