"""mrkdwn, Markdown and rich text as HTML: what is meant is drawn, everything else is only shown."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.page import markdown, mrkdwn, rich_text
from bot.sandbox.page.voice import Voice

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
VOICE = Voice(
    zone=ZoneInfo("Europe/Berlin"), now=NOON, people={"U1": "Maya Okafor"}, channels={"C1": "general"}
)
LINK = 'target="_blank" rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("*bold* _it_ ~gone~", "<b>bold</b> <em>it</em> <s>gone</s>"),
        ("_a *b* c_", "<em>a <b>b</b> c</em>"),
        ("*a _b* c_", "<b>a _b</b> c_"),
        ("snake_case_name 2*3*4 ~ ~", "snake_case_name 2*3*4 ~ ~"),
        ("* not a list *", "* not a list *"),
        ("`*code* &lt;b&gt;`", "<code>*code* &lt;b&gt;</code>"),
        ("```\n*a*\n  <@U1>\n```", "<pre>*a*\n  &lt;@U1&gt;</pre>"),
        ("> one\n&gt; *two*\nthree", "<blockquote>one<br><b>two</b></blockquote>three"),
        ("one\ntwo", "one<br>two"),
        ("<https://a.example/x_y_z|see _it_>", f'<a href="https://a.example/x_y_z" {LINK}>see _it_</a>'),
        ("*<https://a.example>*", f'<b><a href="https://a.example" {LINK}>https://a.example</a></b>'),
        ("(https://a.example/b.)", f'(<a href="https://a.example/b" {LINK}>https://a.example/b</a>.)'),
        ("<mailto:a@b.example>", f'<a href="mailto:a@b.example" {LINK}>a@b.example</a>'),
        ("<javascript:alert(1)|click>", "&lt;javascript:alert(1)|click&gt;"),
        ("<script>", "&lt;script&gt;"),
        ("<@U1> and <@U9|someone>", '<span class="mention">@Maya Okafor</span> and <span class="mention">@someone</span>'),
        ("<#C1>", '<span class="mention">#general</span>'),
        ("<!channel>", '<span class="mention">@channel</span>'),
        ("&lt;!channel&gt; &amp;amp;", "&lt;!channel&gt; &amp;amp;"),
        ("<!subteam^S1|@leads>", '<span class="mention">@leads</span>'),
        (f"<!date^{SECONDS}^{{date_long}} at {{time}}|then>", "<time>Friday 20 November 2026 at 12:00</time>"),
        (f"<!date^{SECONDS}^{{date_short_pretty}}^https://a.example|x>", f'<a href="https://a.example" {LINK}><time>today</time></a>'),
        ("<!date^never^{date}|one day>", "<time>one day</time>"),
        ("<!date^99999999999999999999^{date}|one day>", "<time>1 January 1970</time>"),
        (":tada: :unknown_thing: 10:30:00", "🎉 :unknown_thing: 10:30:00"),
        (":wave::skin-tone-3:", "👋"),
        ("\ue0000\ue001 *x*", "0 <b>x</b>"),
        ("a\n```b```\nc", "a<pre>b</pre>c"),
    ],
)  # fmt: skip
def test_mrkdwn_is_drawn_as_slack_draws_it(written: str, drawn: str) -> None:
    assert mrkdwn.render(written, VOICE) == drawn


class Tags(HTMLParser):
    """Notes which tags and attributes HTML holds, and that they close in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        assert all((value or "").startswith(("http", "mailto:")) for name, value in attrs if name == "href")
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


PIECES = st.sampled_from(
    ["*", "_", "~", "`", "```", "<", ">", "|", "&", "&lt;", "&gt;", "&amp;", "\n", "> ", "@U1", "!date^1^{date}",
     "https://a.example", "javascript:x", '"', "'", ":tada:", "<b>", "<img src=x onerror=y>", "#", "- ", "1. ",
     "**", "__", "[a](https://b.example)", "---", "\ue000", "\ue001", "0", "a", " "]
)  # fmt: skip
ANYTHING = st.lists(PIECES | st.text(max_size=4), max_size=30).map("".join)
ATTRIBUTES = {"href", "target", "rel", "class"}


@given(ANYTHING)
def test_no_text_yields_a_tag_outside_the_allowed_ones(text: str) -> None:
    drawn = tags(mrkdwn.render(text, VOICE))
    assert drawn.seen <= mrkdwn.TAGS
    assert drawn.attributes <= ATTRIBUTES


@given(ANYTHING)
def test_no_markdown_yields_a_tag_outside_the_allowed_ones(text: str) -> None:
    drawn = tags(markdown.render(text, VOICE))
    assert drawn.seen <= markdown.TAGS
    assert drawn.attributes <= ATTRIBUTES


@given(st.text(alphabet=st.characters(exclude_characters="*_~`<>&:|\n\r\ue000\ue001"), max_size=60))
def test_text_without_markup_is_shown_as_it_is(text: str) -> None:
    assert tags(mrkdwn.render(text, VOICE)).words == text


def test_a_long_line_of_markers_is_drawn_at_once() -> None:
    assert mrkdwn.render("*_~`<" * 4000, VOICE)
    assert markdown.render("**__[" * 2400, VOICE)


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("# One\n## Two", "<h3>One</h3><h4>Two</h4>"),
        ("- a\n- **b**\n\n1. c\n2) d", "<ul><li>a</li><li><strong>b</strong></li></ul><ol><li>c</li><li>d</li></ol>"),
        ("> a\n> *b*", "<blockquote>a<br><em>b</em></blockquote>"),
        ("a\n***\nb", "<p>a</p><hr><p>b</p>"),
        ("~~x~~ `y` __z__", "<p><s>x</s> <code>y</code> <strong>z</strong></p>"),
        ("[it](https://a.example)", f'<p><a href="https://a.example" {LINK}>it</a></p>'),
        ("[it](javascript:x)", "<p>it</p>"),
        ("```python\n<b>\n```", "<pre>&lt;b&gt;</pre>"),
        ("a\n```\nb\n```\nc", "<p>a</p><pre>b</pre><p>c</p>"),
    ],
)  # fmt: skip
def test_markdown_is_drawn(written: str, drawn: str) -> None:
    assert markdown.render(written, VOICE) == drawn


def rich(*elements: dict[str, Any], kind: str = "rich_text_section", **more: Any) -> str:
    return str(rich_text.render([{"type": kind, "elements": list(elements), **more}], VOICE))


def test_rich_text_is_drawn() -> None:
    bold = {"type": "text", "text": "<b>", "style": {"bold": True, "italic": True}}
    assert rich(bold) == "<p><em><b>&lt;b&gt;</b></em></p>"
    assert rich({"type": "user", "user_id": "U1"}) == '<p><span class="mention">@Maya Okafor</span></p>'
    assert rich({"type": "broadcast", "range": "here"}) == '<p><span class="mention">@here</span></p>'
    assert rich({"type": "emoji", "name": "tada"}) == "<p>🎉</p>"
    assert rich({"type": "date", "timestamp": SECONDS, "format": "{time}"}) == "<p><time>12:00</time></p>"
    assert rich({"type": "link", "url": "javascript:x", "text": "it"}) == "<p>it</p>"
    assert rich({"type": "text", "text": "a\nb"}, kind="rich_text_preformatted") == "<pre>a\nb</pre>"


def test_rich_text_lists_keep_their_indent_and_their_start() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}
    assert (
        rich(item, kind="rich_text_list", style="bullet", indent=1) == '<ul class="indent-1"><li>a</li></ul>'
    )
    ordered = rich(item, kind="rich_text_list", style="ordered", offset=2)
    assert ordered == '<ol class="indent-0" start="3"><li>a</li></ol>'


def test_rich_text_that_is_unknown_is_named() -> None:
    assert "[hologram]" in rich({"type": "hologram"})
    assert "Unsupported rich text: rich_text_opera" in rich(kind="rich_text_opera")
