"""Members: who we are.

Consumes   nothing
Publishes  members.network.v1, members.organisation.v1, members.member.v1
Owns       networks, organisations, people with their addresses and consents; the key that signs caller tokens
Serves     /api/v1/networks, /api/v1/organisations, /api/v1/members, /api/v1/tokens
"""
