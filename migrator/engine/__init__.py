"""What `migrate` does with a repository: each operation is a module over one small context. The one place where the user's repository is written to.

Laws that live here: L7 (the tree shown is the tree committed), L8 (rollback appends), L9 (journal first, branch second, both by
compare-and-swap, then settle), L10 (nothing of the user's is touched but our own refs and objects).
"""
