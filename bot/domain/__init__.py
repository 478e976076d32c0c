"""What Sayso knows how to do: one module a feature; summaries may read features, features are strangers."""
