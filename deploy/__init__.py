"""How the project is run: the local stack, images, the command line. The only code above the services."""
