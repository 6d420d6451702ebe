"""A small interpreter of GitHub's workflows: enough of the language to run, in throwaway copies, the workflows that we generate."""
