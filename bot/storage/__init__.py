"""Where things are kept: records, types, the database, one member's session, sealing and migrations."""
