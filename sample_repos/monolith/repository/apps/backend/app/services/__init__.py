# Business logic
