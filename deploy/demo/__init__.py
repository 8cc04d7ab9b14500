"""The demonstration: a sample network, and a program that lets it run through a stack of its own."""
