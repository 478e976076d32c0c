"""The web edge: what stands between the internet and Bolt, and the server that carries it."""
