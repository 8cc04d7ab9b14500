"""Numbered changes to what is stored; none yet."""
