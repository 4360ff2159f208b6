"""Which of a document's entries are items that are known, and by what names the others are to be known. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.drafts import Draft
from rules.model import Item, ItemId
from rules.recognition import Likeness, Sign
from state import Known, KnownItem

REISSUE = 2
"""So many entries that give known reports under new guids and links make a document one that was issued anew."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A draft as the item that it is, and that item as it is stored."""

    draft: Draft
    before: KnownItem | None
    """None for a new item."""
    aliases: tuple[ItemId, ...]
    """Names of the entry that do not lead to its item yet."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """A document's items in its order, each once; an item that is there twice is as its first entry says."""

    items: tuple[Recognised, ...]
    reissued: int
    """So many of them are known by their wording alone."""


def recognise(drafts: Sequence[Draft], known: Known) -> Recognition:
    """Find the items that entries are, by the surest sign first.

    A guid or a link that now stands for another article makes a new item, which takes the name over. What has a new
    guid and a new link is known all the same when it gives a known report with its date or word for word; of generic
    wordings that is believed when most of what is new in a document is like that.
    """
    register = _Register(known)
    found = {number: item for number, draft in enumerate(drafts) if (item := register.find(draft)) is not None}
    register.taken.update(item.id for item in found.values())
    anew = _find_reissued(register, {n: draft for n, draft in enumerate(drafts) if n not in found})
    register.taken.clear()
    items = tuple(register.settle(draft, found.get(n) or anew.get(n)) for n, draft in enumerate(drafts))
    reissued = len({item.id for item in anew.values()})
    return Recognition(tuple(each for each in items if each is not None), reissued)


def _find_reissued(register: "_Register", strangers: Mapping[int, Draft]) -> dict[int, Item]:
    """Give the items of entries that are known by nothing but what they say."""
    alike = {number: each for number, draft in strangers.items() if (each := register.find_alike(draft)) is not None}
    same = {number: each for number, each in alike.items() if each.is_one_report()}
    if len(same) < REISSUE or 2 * len(same) < len(strangers):
        same = {n: each for n, each in same.items() if each.is_surely_one_report(strangers[n].wording)}
    return {number: each.before for number, each in same.items()}


@dataclass(slots=True)
class _Register:
    """The items that are stored, and those that a document's earlier entries have made."""

    known: Known
    taken: set[ItemId] = field(default_factory=set)
    fresh: dict[ItemId, Item] = field(default_factory=dict)
    """By each of their names."""

    def find(self, draft: Draft) -> Item | None:
        """Give the item that an entry is by its guid, its link, or title and date."""
        candidates = ((sign, self._look_up(name)) for sign, name in draft.signs.items())
        return next((item for sign, item in candidates if item and _compare(item, draft).is_one_article(sign)), None)

    def find_alike(self, draft: Draft) -> Likeness | None:
        """Give a stored item of an entry's headline that the document does not hold otherwise."""
        name = draft.signs.get(Sign.HEADLINE)
        item = self._look_up(name) if name is not None else None
        return None if item is None or item.id in self.taken else _compare(item, draft)

    def settle(self, draft: Draft, item: Item | None) -> Recognised | None:
        """Give an entry as the item that it is; None when the document had that before."""
        item = item or self.find(draft)
        if item is None:
            return self._add(draft)
        if item.id in self.taken:
            return None
        self.taken.add(item.id)
        known = replace(draft, item=replace(draft.item, id=item.id))
        return Recognised(known, self.known.items[item.id], self._list_aliases(known))

    def _add(self, draft: Draft) -> Recognised:
        free = (name for sign, name in draft.signs.items() if sign is not Sign.HEADLINE)
        id_ = next(name for name in free if self._look_up(name) is None)
        draft = replace(draft, item=replace(draft.item, id=id_), keys=self._own_keys(draft))
        self.taken.add(id_)
        self.fresh.update(dict.fromkeys(draft.signs.values(), draft.item))
        return Recognised(draft, None, self._list_aliases(draft))

    def _own_keys(self, draft: Draft) -> tuple[str, ...]:
        """Give a new item's story keys, without the link when another article of the feed has it."""
        name = draft.signs.get(Sign.LINK)
        shared = name is not None and self._look_up(name) is not None
        return tuple(key for key in draft.keys if not shared or not key.startswith("link:"))

    def _list_aliases(self, draft: Draft) -> tuple[ItemId, ...]:
        names = (name for sign, name in draft.signs.items() if sign is not Sign.TITLE)
        return tuple(name for name in names if self.known.aliases.get(name, name) != draft.item.id)

    def _look_up(self, name: ItemId) -> Item | None:
        if name in self.fresh:
            return self.fresh[name]
        known = self.known.items.get(self.known.aliases.get(name, name))
        return None if known is None else known.item


def _compare(item: Item, draft: Draft) -> Likeness:
    return Likeness(item, draft.item, draft.signs, draft.repeats)
