"""Numbered changes to stored documents; none yet."""
