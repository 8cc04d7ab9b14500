"""End to end: the whole stack, from a need over HTTP to a mail read back."""
