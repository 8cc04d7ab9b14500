"""The services: one folder, one database, one consumer group each; they meet over Kafka and HTTP only."""
