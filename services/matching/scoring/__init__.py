"""How well an offer's content answers a need: texts, their vectors, and the model that makes a probability of two."""
