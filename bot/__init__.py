"""Sayso thinks here: settings, storage, the domain, the edge, the clock and the local Slack."""
