"""Who reads the sample wire: two desks, to show what a subscription's filters do."""

from rules.model import RuleId
from state import Subscription, SubscriptionId

DPRK_TROOPS = RuleId("dprk-troops")
WAR_CASUALTIES = RuleId("war-casualties")

FOREIGN_DESK = Subscription(SubscriptionId("demo-foreign-desk"), "console:foreign-desk")
"""Everything that the shipped rules flag, in every language."""

KOREAN_DESK = Subscription(
    SubscriptionId("demo-korean-desk"), "console:korean-desk", rules=(DPRK_TROOPS,), languages=("ko",)
)
"""North Korean troops alone, as Korean outlets report them."""

SUBSCRIPTIONS = (FOREIGN_DESK, KOREAN_DESK)
