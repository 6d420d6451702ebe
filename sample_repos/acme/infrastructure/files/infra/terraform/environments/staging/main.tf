locals {
  name = "acme-staging"
  tags = {
    environment  = "staging"
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
    DATABASE_URL = "acme/staging/DATABASE_URL"
    SECRET_KEY   = "acme/staging/SECRET_KEY"
  }
  name = each.value
}

module "networking" {
  source             = "../../modules/networking"
  name               = local.name
  tags               = local.tags
  cidr_block         = "10.1.0.0/16"
  single_nat_gateway = true
  log_retention_days = 90
  availability_zones = slice(data.aws_availability_zones.available.names, 0, 2)
}

module "compute" {
  source             = "../../modules/compute"
  name               = local.name
  tags               = local.tags
  subnet_ids         = module.networking.private_subnet_ids
  kubernetes_version = "1.33"
  instance_types     = ["m7i.large"]
  minimum_nodes      = 2
  maximum_nodes      = 4
  keeps_volumes      = true
  secret_arns = concat([for secret in data.aws_secretsmanager_secret.this : secret.arn], [
    module.database_db.password_secret_arn,
  ])
  secret_key_arns = [module.database_db.key_arn]
}

module "cache_cache" {
  source                   = "../../modules/cache"
  name                     = "acme-staging-cache"
  tags                     = local.tags
  vpc_id                   = module.networking.vpc_id
  subnet_ids               = module.networking.private_subnet_ids
  client_security_group_id = module.compute.client_security_group_id
  engine                   = "redis"
  engine_version           = "7.1"
  port                     = 6379
  node_type                = "cache.t4g.small"
  replicas                 = 1
  snapshot_days            = 7
}

module "database_db" {
  source                   = "../../modules/database"
  name                     = "acme-staging-db"
  tags                     = local.tags
  vpc_id                   = module.networking.vpc_id
  subnet_ids               = module.networking.private_subnet_ids
  client_security_group_id = module.compute.client_security_group_id
  engine                   = "postgres"
  engine_version           = "16"
  port                     = 5432
  parameter_group_family   = "postgres16"
  database_name            = "acme"
  instance_class           = "db.t4g.medium"
  allocated_gigabytes      = 20
  maximum_gigabytes        = 100
  multi_az                 = false
  backup_days              = 7
  performance_insights     = false
}

module "monitoring" {
  source = "../../modules/monitoring"
  name   = local.name
  tags   = local.tags
  databases = {
    db = module.database_db.identifier
  }
  caches = {
    cache = module.cache_cache.identifier
  }
  collects_metrics = true
}
