"""Numbered changes to this service's stored documents; none is needed yet."""
