"""The command line, `bedarfswerk`: what operators do, by the services' HTTP APIs and their commands."""
