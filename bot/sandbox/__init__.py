"""A Slack on localhost: the Web API, delivery, a world of people and a page, for demos and tests."""
