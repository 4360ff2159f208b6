"""Text that tries to escape from where it is shown, and the check that it has not."""

import regex
from hypothesis import strategies as st

_PIECES = (
    "@everyone", "@here", "@channel", "<@U123>", "<!here>", "<!subteam^S1>", "<#C1>", "<@&99>", "@\u200beveryone",
    "[Kyiv](https://evil.example)", "[x]\u200b(https://evil.example)", "<https://evil.example|bank>", "<mailto:a@b.c|me>",
    "```", "`", "||", "||spoiler||", "~~600~~", "**", "__", "_", "*", "~600", ">", "> ", "<", "a < 5", "\x1b[31m",
    "\x1b]8;;https://evil.example\x07", "\x9b2J", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\r\n", "\n\n", "\t",
    "\u00a0", "\ud800", "e\u0301\u0301\u0301\u0301\u0301\u0301", "[red]", "[/]", ":smile:", "2,000", "1 000", "4,7 тис.", "1만1000명",
    "북한군", "загинули", "killed", "Mr. Kim said. ", "… ", ". ", "\U000e0041",
)  # fmt: skip

hostile_text = st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=14).map(" ".join) | st.lists(
    st.sampled_from(_PIECES), max_size=10
).map("".join)
"""Joined pieces of attacks, figures and any characters."""

ACTIVE = regex.compile(r"@(?:everyone|here|channel)|<[@!#/a-z:]|\]\(|```|\|\||~~|(?<![^\W_])__|\*\*", regex.IGNORECASE)
"""What Slack or Discord would act upon."""

UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}]")
"""What a terminal would act upon, or nobody would see."""
