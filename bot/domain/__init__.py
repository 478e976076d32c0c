"""What Sayso knows how to do: one module a feature; summaries may read features, features are strangers."""

# A win can serve a goal, so whoever knows wins needs the table of goals.
from bot.domain import goals as goals
