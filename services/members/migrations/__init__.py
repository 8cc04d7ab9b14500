"""Numbered changes to what members keeps."""
