"""What `/feedback` knows: its words, and what else a line may be."""

GIVEN = "given"
ASKS_ME = {"asks me on": True, "asks me off": False}
SUBCOMMANDS = ("list", "inbox", GIVEN, "praise", "asks", "help", *ASKS_ME)

# First words of what people want feedback on as well ("Help with the launch").
OF_SENTENCES = ("list", "help")

# Where a line waits that may be a slip.
SOURCE = "feedback_line"
