"""What serves: the application of each service, cut out of the monolith's, and the gateway that forwards to them."""
