"""WebSub: a feed's hub pushes its news to us, under a lease that is asked for, confirmed and renewed. W3C, 2018.

discovery   which hub a feed names, and as what it knows the feed
leases      what happens to a lease, step by step; values only
signature   whether a push is the hub's
parcels     pushes that came and are not read yet
book        the leases of this process, and what polls tell of them
asking      requests to hubs
callback    what hubs ask of us and bring to us, over the web port
reading     pushes as news
"""

from bot.websub.asking import HubAsker
from bot.websub.book import LeaseBook
from bot.websub.callback import Callback
from bot.websub.parcels import Mailbox
from bot.websub.reading import PushReader

__all__ = ["Callback", "HubAsker", "LeaseBook", "Mailbox", "PushReader"]
