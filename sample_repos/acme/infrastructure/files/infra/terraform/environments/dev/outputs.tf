output "cluster_name" {
  description = "The cluster."
  value       = module.compute.cluster_name
}
