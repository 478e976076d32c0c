"""Documents: files made out of facts and prose, each a pure function that gives bytes."""
