output "cluster_name" {
  description = "The cluster."
  value       = module.compute.cluster_name
}

output "cache_cache_address" {
  description = "The host to connect to."
  value       = module.cache_cache.address
}

output "database_db_address" {
  description = "The host to connect to."
  value       = module.database_db.address
}

output "database_db_password_secret_arn" {
  description = "The secret with the administrator's password; never the password."
  value       = module.database_db.password_secret_arn
}
