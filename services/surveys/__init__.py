"""Surveys: what people tell us.

Consumes   members.member.v1, members.challenge.v1
Publishes  surveys.need.v1, surveys.offer.v1
Owns       needs and offers with their course dates; imports; surveys and answers to them; visits,
           assessments, topics
Serves     /api/v1/needs, /api/v1/offers, /api/v1/imports, /api/v1/exports, /api/v1/surveys, /api/v1/visits,
           /api/v1/assessments, /api/v1/topics, /api/v1/suggestions, /api/v1/public,
           /api/v1/duplicates, /api/v1/figures, /api/v1/search
"""
