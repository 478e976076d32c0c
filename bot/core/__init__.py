"""What needs neither a database nor Slack: time, words, periods, errors, logs and counts."""
