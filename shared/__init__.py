"""The contracts between the services and the plumbing each of them needs; knows no service."""
