"""What is worth telling: rule language, matcher, stories, summaries. Pure: no IO, no clock, no logging."""

from rules.identity import Wording, content_hash, read_wording, story_keys
from rules.language import Rule, RuleTest
from rules.matcher import (
    Compilation,
    Ruleset,
    Step,
    TestOutcome,
    Trace,
    Verdict,
    compile_rules,
    evaluate,
    run_tests,
)
from rules.model import (
    DateDoubt,
    Entry,
    Evidence,
    FeedId,
    Item,
    ItemId,
    Match,
    RuleFile,
    RuleId,
    Severity,
    Source,
    StoryId,
)
from rules.problems import Level, Problem
from rules.recognition import Likeness, Sign, Signs, item_id, read_signs

__all__ = [
    "Compilation",
    "DateDoubt",
    "Entry",
    "Evidence",
    "FeedId",
    "Item",
    "ItemId",
    "Level",
    "Likeness",
    "Match",
    "Problem",
    "Rule",
    "RuleFile",
    "RuleId",
    "RuleTest",
    "Ruleset",
    "Severity",
    "Sign",
    "Signs",
    "Source",
    "Step",
    "StoryId",
    "TestOutcome",
    "Trace",
    "Verdict",
    "Wording",
    "compile_rules",
    "content_hash",
    "evaluate",
    "item_id",
    "read_signs",
    "read_wording",
    "run_tests",
    "story_keys",
]
