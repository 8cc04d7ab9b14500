"""The rules of telling people: what is true, who may be told, which mail takes it, what an answer of a server means."""
