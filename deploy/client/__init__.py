"""The typed Python client: generated from the services' OpenAPI documents, never edited."""
