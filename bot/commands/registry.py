"""Every command there is: help, the documentation and the platforms' manifests are made from this."""

from bot.commands.archive import answer_recent, answer_search
from bot.commands.command import Action, Command, Option
from bot.commands.feeds import answer_feeds
from bot.commands.guide import answer_help
from bot.commands.standing import answer_deliveries, answer_resend, answer_status
from bot.commands.subscribing import answer_subscribe, answer_subscriptions, answer_unsubscribe

_CHANNEL = Option("channel", "PLATFORM:ADDRESS", "the channel meant, if it is not this one")

COMMANDS = (
    Command(
        name="help",
        words="[COMMAND]",
        description="List the commands, or explain one.",
        example="help subscribe",
        answer=answer_help,
    ),
    Command(
        name="status",
        words="",
        description="Tell what is watched, what fails and what waits.",
        example="status",
        answer=answer_status,
    ),
    Command(
        name="recent",
        words="[N]",
        description="Show the newest alerts again.",
        example="recent 5",
        answer=answer_recent,
    ),
    Command(
        name="search",
        words="WORDS",
        description="Find stored items in which every word or quoted phrase stands.",
        example='search "north korea" killed',
        answer=answer_search,
        options=(Option("limit", "N", "how many to show, 10 unless told"),),
        takes_prose=True,
    ),
    Command(
        name="subscribe",
        words="[FILTER…]",
        description="Tell a channel of alerts; each filter narrows them.",
        example="subscribe severity=high languages=ko,uk",
        answer=answer_subscribe,
        options=(
            Option("rules", "ID,…", "only these rules"),
            Option("severity", "LEVEL", "this severity and all above it"),
            Option("languages", "CODE,…", "only items in these languages"),
            Option("feeds", "ID,…", "only items of these feeds"),
            _CHANNEL,
        ),
        action=Action.SUBSCRIBE,
    ),
    Command(
        name="unsubscribe",
        words="ID|all",
        description="End subscriptions of a channel.",
        example="unsubscribe console-desk-2",
        answer=answer_unsubscribe,
        options=(_CHANNEL,),
        action=Action.SUBSCRIBE,
    ),
    Command(
        name="subscriptions",
        words="[all]",
        description="List this channel's subscriptions, or all.",
        example="subscriptions all",
        answer=answer_subscriptions,
        options=(_CHANNEL,),
    ),
    Command(
        name="deliveries",
        words="[STATE] [N]",
        description="List deliveries, newest first: pending, sending, unknown, sent or dead.",
        example="deliveries dead",
        answer=answer_deliveries,
    ),
    Command(
        name="resend",
        words="ID|all",
        description="Put dead letters back in line.",
        example="resend all",
        answer=answer_resend,
        action=Action.OPERATE,
    ),
    Command(
        name="feeds",
        words="list|show|probe|add|remove|pause|resume|accept|suggest [ID|URL…]",
        description="List feeds, look at or ask one, add, remove or pause some, accept a move, or have some suggested.",
        example="feeds list state=failing",
        answer=answer_feeds,
        options=(
            Option("state", "STATE", "list: only ok, failing, paused or never-polled ones"),
            Option("troubled", "yes", "list: only feeds with which something is wrong"),
            Option("language", "CODE", "list, suggest: only this language; add: the feed's language"),
            Option("kind", "WORD", "list, suggest: only this kind; add: the feed's kind"),
            Option("country", "CODE", "list, suggest: only this country; add: the feed's country"),
            Option("publisher", "NAME", "list: only publishers with this in their name; add: the feed's publisher"),
            Option("id", "ID", "add: the feed's id"),
            Option("explain", "yes", "probe: say of each rule why it matches or not"),
            Option("full-text", "yes", "probe: read the article of the newest entry, of a flagged one if there is any"),
            Option("dry", "yes", "add, accept: only show what would be written"),
            Option("all", "yes", "suggest: also feeds that nobody has confirmed"),
        ),
        action=Action.OPERATE,
        takes_prose=True,
        orders_itself=True,
    ),
)
