"""Portal: the web pages people use, at PUBLIC_URL.

Consumes   nothing
Publishes  nothing
Owns       no domain and no database: it asks the other services over HTTP, with the token of a mailed link
Serves     /matches/{need}/{offer}, /unsubscribe, /status, /static
"""
