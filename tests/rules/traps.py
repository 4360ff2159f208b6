"""Unicode traps: what a reader takes for the same, or does not, whatever the characters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trap:
    name: str
    term: str
    text: str
    found: str
    """What the evidence reads in the original; empty when the term must not match."""


TRAPS = (
    Trap("Cyrillic case", "війська", "ВІЙСЬКА увійшли", "ВІЙСЬКА"),
    Trap("Cyrillic border", "рота", "ротація триває", ""),
    Trap("Cyrillic prefix", "солдат*", "шість солдатів", "солдатів"),
    Trap("ё and е", "убьет", "он убьёт", "убьёт"),
    Trap("stress mark", "замок", "старый за\u0301мок", "за\u0301мок"),
    Trap("й decomposed", "військовий", "військовии\u0306", "військовии\u0306"),
    Trap("Hangul with a particle", "북한", "북한이 말했다", "북한"),
    Trap("Hangul decomposed", "북한", "\u1107\u116e\u11a8\u1112\u1161\u11ab군", "\u1107\u116e\u11a8\u1112\u1161\u11ab"),
    Trap("Hangul term decomposed", "\u1107\u116e\u11a8\u1112\u1161\u11ab", "북한은", "북한"),
    Trap("Hangul inside a word", "전사", "안전사고가 났다", ""),
    Trap("Hangul after a digit", "명 사망", "12명 사망", "명 사망"),
    Trap("Latin before a particle", "dprk", "DPRK가 보낸", "DPRK"),
    Trap("half-width Hangul", "가", "\uffa1\uffc2", "\uffa1\uffc2"),
    Trap("Han without spaces", "北朝鮮", "在北朝鮮的", "北朝鮮"),
    Trap("Kana, half-width", "キエフ", "ｷｴﾌの", "ｷｴﾌ"),
    Trap("e with accent composed", "café", "Cafe\u0301s? No: the Cafe\u0301.", "Cafe\u0301"),
    Trap("e with and without accent", "cafe", "a café", ""),
    Trap("guillemets", "втрати", "«втрати»", "втрати"),
    Trap("curly apostrophe", "kim's", "Kim’s order", "Kim’s"),
    Trap("Ukrainian apostrophe", "об'єкт", "обʼєкт зруйновано", "обʼєкт"),
    Trap("ß and SS", "straße", "STRASSE gesperrt", "STRASSE"),
    Trap("ss and ß", "strasse", "Große Straße", "Straße"),
    Trap("capital ẞ", "groß", "GROẞ", "GROẞ"),
    Trap("final sigma", "στρατος", "Ο ΣΤΡΑΤΟΣ", "ΣΤΡΑΤΟΣ"),
    Trap("final sigma in the text", "ΣΤΡΑΤΟΣ", "ο στρατος", "στρατος"),
    Trap("İ", "istanbul", "İstanbul", "İstanbul"),
    Trap("ligature", "offensive", "the oﬀensive", "oﬀensive"),
    Trap("ligature at the end", "shelf", "a shel\ufb00", ""),
    Trap("full width", "dprk", "ＤＰＲＫ", "ＤＰＲＫ"),
    Trap("full-width digits", "155 mm", "１５５ mm", "１５５ mm"),
    Trap("no-break space", "north korea", "North\u00a0Korea", "North\u00a0Korea"),
    Trap("narrow no-break space and line feed", "north korea", "North\u202f\nKorea", "North\u202f\nKorea"),
    Trap("zero-width space", "kursk", "Ku\u200brsk", "Ku\u200brsk"),
    Trap("soft hyphen", "casualties", "casu\u00adal\u00adties", "casu\u00adal\u00adties"),
    Trap("no-break hyphen", "f-16", "F\u201116s", ""),
    Trap("no-break hyphen, right border", "f-16", "an F\u201116.", "F\u201116"),
    Trap("hyphen for space", "cease fire", "a cease-fire", "cease-fire"),
    Trap("term ends in punctuation", "u.s.", "the U.S.-led", "U.S."),
    Trap("mark on the last letter", "lan", "lan\u0308", ""),
    Trap("compatibility Jamo", "\u3131", "\u3131", "\u3131"),
    Trap("emoji neighbours", "kursk", "🔥Kursk🔥", "Kursk"),
    Trap("astral offset", "kursk", "😀😀 … Kursk", "Kursk"),
    Trap("ellipsis grows", "kursk", "… … … Kursk", "Kursk"),
    Trap("bidi marks", "kursk", "\u202bKursk\u202c", "Kursk"),
)
