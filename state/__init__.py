"""What must not be lost: the store's port, the values that pass through it, and its errors.

The implementations (`state.sqlite`, `state.memory`, `state.jobs`) are named by the composition root alone.
"""

from state.errors import BackupInvalid, NotFound, StaleRead, StateError, StoreBusy, StoreCorrupt, StoreFull, StoreTooNew
from state.ports import Archive, Clock, DeliveryStore, FeedStore, Handler, Jobs, RetryLater, Store, SubscriptionStore
from state.ports import Wakes
from state.rows import AlertId, AlertKind, AlertRecord, AlertRow, Claim, DeliveryId, DeliveryRecord, DeliveryRow
from state.rows import DeliveryState, FeedRow, FeedSpec, ItemRecord, KnownItem, PollRecord, StoreStatus, StoryKey
from state.rows import Subscription, SubscriptionId

__all__ = [
    "AlertId",
    "AlertKind",
    "AlertRecord",
    "AlertRow",
    "Archive",
    "BackupInvalid",
    "Claim",
    "Clock",
    "DeliveryId",
    "DeliveryRecord",
    "DeliveryRow",
    "DeliveryState",
    "DeliveryStore",
    "FeedRow",
    "FeedSpec",
    "FeedStore",
    "Handler",
    "ItemRecord",
    "Jobs",
    "KnownItem",
    "NotFound",
    "PollRecord",
    "RetryLater",
    "StaleRead",
    "StateError",
    "Store",
    "StoreBusy",
    "StoreCorrupt",
    "StoreFull",
    "StoreStatus",
    "StoreTooNew",
    "StoryKey",
    "Subscription",
    "SubscriptionId",
    "SubscriptionStore",
    "Wakes",
]
