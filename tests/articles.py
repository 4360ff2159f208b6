"""Articles in four languages, and the pages around them, for tests. All of it is written for them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """What a feed says of an article, and the paragraphs of the article's page."""

    language: str
    title: str
    excerpt: str
    paragraphs: tuple[str, ...]


ENGLISH = Story(
    "en",
    "North Korean troops reach the river, officers say",
    "North Korean troops have reached the river crossing after a week in the woods.",
    (
        (
            "North Korean troops have reached the river crossing after a week in the woods. Two officers of the brigade "
            "that holds the far bank said so on Monday."
        ),
        "A field hospital took in forty-one wounded soldiers during the night, its chief surgeon said by telephone.",
        "The ministry in the capital gave no figures of its own and promised some for the end of the week.",
    ),
)
KOREAN = Story(
    "ko",
    "북한군 강가 진지 도착, 장교들 밝혀",
    "북한군 병력이 일주일 만에 강가의 진지에 도착했다고 장교들이 밝혔다.",
    (
        (
            "북한군 병력이 일주일 만에 강가의 진지에 도착했다고 장교들이 밝혔다. 건너편 둑을 지키는 여단의 장교 두 명이 "
            "월요일에 이같이 말했다."
        ),
        "야전병원은 밤사이 부상한 병사 마흔한 명을 받았다고 수석 군의관이 전화로 설명했다. 이 가운데 아홉 명은 후송됐다.",
        "국방부는 자체 집계를 내놓지 않았으며 주말까지 숫자를 발표하겠다고 약속했다. 기자들의 질문에는 답하지 않았다.",
    ),
)
UKRAINIAN = Story(
    "uk",
    "Північнокорейські військові вийшли до річки, кажуть офіцери",
    "Північнокорейські військові за тиждень вийшли до переправи через річку.",
    (
        (
            "Північнокорейські військові за тиждень вийшли до переправи через річку. Про це в понеділок розповіли двоє "
            "офіцерів бригади, що тримає протилежний берег."
        ),
        "Польовий шпиталь уночі прийняв сорок одного пораненого, сказав телефоном його головний хірург.",
        "Міністерство власних цифр не назвало й пообіцяло їх до кінця тижня.",
    ),
)
RUSSIAN = Story(
    "ru",
    "Северокорейские военные вышли к реке, говорят офицеры",
    "Северокорейские военные за неделю вышли к переправе через реку.",
    (
        (
            "Северокорейские военные за неделю вышли к переправе через реку. Об этом в понедельник рассказали двое "
            "офицеров бригады, которая держит противоположный берег."
        ),
        "Полевой госпиталь ночью принял сорок одного раненого, сказал по телефону его главный хирург.",
        "Министерство своих цифр не назвало и обещало их к концу недели.",
    ),
)
STORIES = (ENGLISH, KOREAN, UKRAINIAN, RUSSIAN)

OTHERS = (
    (
        "The parliament of the island passed its budget on Tuesday after a debate that lasted until the morning. Spending "
        "on schools grows by a tenth, that on roads shrinks. The opposition left the hall before the vote was taken and "
        "called for a new one."
    ),
    (
        "We value your privacy. We and our partners store and read information on your device, such as cookies, and use "
        "what you look at to measure and improve what we show. You may accept, refuse or choose in detail at any time, and "
        "change your mind below."
    ),
    (
        "Log in to go on reading. Subscribers see all articles on all devices, the archive and the puzzles. The first "
        "month costs one euro, and you may leave whenever you like. Already a member? Enter your address and the word "
        "that you chose."
    ),
    (
        "Soldiers of the northern garrison helped to clear the snow from the airport on Saturday. Flights had been late "
        "for two days, and the mayor thanked everybody who came with a shovel. More snow is expected in the mountains, "
        "the weather service said."
    ),
)
"""Pages that are not the English article: another matter, a consent wall, a login wall, soldiers elsewhere."""

AROUND = "Ten ways to cook a pumpkin this autumn"
"""What stands around an article and does not belong to it."""


def write_page(title: str, paragraphs: Sequence[str], *, language: str = "en", head: str = "") -> str:
    """Write a web page: an article among navigation, scripts, advertising and what else to read."""
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    links = "".join(f'<li><a href="/{number}">{AROUND} {number}</a></li>' for number in range(30))
    return f"""<!doctype html>
<html lang="{language}"><head><title>{title} | A paper</title>{head}<style>p {{ color: red }}</style></head>
<body><header><nav><ul>{links}</ul></nav></header>
<script>var tracked = "{AROUND}";</script>
<main><article><h1>{title}</h1>{body}</article>
<aside class="related"><h2>Read next</h2><ul>{links}</ul></aside></main>
<footer><p>All rights reserved. <a href="/terms">Terms</a></p></footer></body></html>"""


def write_story(story: Story, *, head: str = "") -> str:
    """Write the page of a story."""
    return write_page(story.title, story.paragraphs, language=story.language, head=head)
