"""Matching: what fits.

Consumes   surveys.need.v1, surveys.offer.v1
Publishes  matching.result.v1 (written by the worker alone), matching.response.v1 (written by the API alone)
Owns       results, responses; who would share a course; embeddings of texts; counters of previews
Serves     /api/v1/needs/{id}/matches, /api/v1/offers/{id}/matches, /api/v1/pairs/{need}/{offer} with its responses,
           /api/v1/previews, /api/v1/gaps, /api/v1/pools, /api/v1/figures, /api/v1/needs/{id}/pool
"""
