"""Surveys: what people tell us.

Consumes   nothing
Publishes  surveys.need.v1, surveys.offer.v1
Owns       needs and offers with their course dates; imports of offers
Serves     /api/v1/needs, /api/v1/offers, /api/v1/imports
"""
