"""Members: who we are.

Consumes   surveys.need.v1, surveys.offer.v1, matching.response.v1
Publishes  members.network.v1, members.organisation.v1, members.member.v1, members.challenge.v1
Owns       networks, organisations, people with their addresses and consents; challenges, sessions and tokens of
           programs; the audit log; locations; legal texts; the key that signs caller tokens
Serves     /api/v1/networks, /api/v1/organisations, /api/v1/members, /api/v1/tokens, /api/v1/sign-ins,
           /api/v1/challenges, /api/v1/sessions, /api/v1/registrations, /api/v1/invitations, /api/v1/api-tokens,
           /api/v1/me, /api/v1/locations, /api/v1/pairs, /api/v1/audit, /api/v1/imports, /api/v1/exports,
           /api/v1/figures, /api/v1/legal, /api/v1/sign-ups
"""
