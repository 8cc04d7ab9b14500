"""Notifications: who is told about a match, asked to prove a mailbox or whether a need is still open; what arrived.

Consumes   members.network.v1, members.organisation.v1, members.member.v1, members.challenge.v1, surveys.need.v1,
           surveys.offer.v1, matching.result.v1, matching.response.v1
Publishes  nothing
Owns       items (one thing that one recipient should be told), mails, preferences, the watermark
Serves     /api/v1/mails, /api/v1/unsubscriptions
"""
