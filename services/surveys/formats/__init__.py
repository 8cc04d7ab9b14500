"""Files to needs and offers, and back: tables, open-Q-cat, schema.org, calendars, feeds, maps. No database here."""
