"""What fits: limits, scoring, results and responses.

Consumes  surveys.need, surveys.offer
Publishes matching.result (written by the worker alone), matching.response (written by the API alone)
Owns      needs and offers (copies), embeddings, results, responses
Serves    GET /needs/{id}/matches, GET /offers/{id}/matches, GET /pairs/{need}/{offer}, PUT and DELETE of a response
"""
