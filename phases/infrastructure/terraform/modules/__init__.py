"""The modules of Terraform's configuration, each told as a model: what every repository needs of them is the same, what differs is given by the environments."""
