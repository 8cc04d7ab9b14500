"""Portal: the web pages people use, at PUBLIC_URL.

Consumes   nothing
Publishes  nothing
Owns       no domain and no database: it asks the other services over HTTP, with the token of a session or a mailed link
Serves     pages for everybody (/, /angebote, /karte, /umfragen/{survey}, /netzwerke/{network}/impressum), by mailed
           links (/matches/{need}/{offer}, /challenges/{id}, /still-needed/{need}, /unsubscribe), and signed in;
           programs under /services/{service}/api/v1; /status, /static
"""
