"""The brief: the leader's page at eight in the morning."""
