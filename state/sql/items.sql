-- name: find_items
-- The newest versions of some items, and whether their stories have alerts.
SELECT item.*, story.id IS NOT NULL AS alerted
FROM item LEFT JOIN story ON story.id = item.story
WHERE item.id IN (:ids...);

-- name: find_aliases
-- The items that some names lead to.
SELECT alias, item FROM item_alias WHERE alias IN (:names...);

-- name: find_story_keys
-- The owners of some story keys, and whether they have alerts.
SELECT story_key.key, story_key.story, story.id IS NOT NULL AS alerted
FROM story_key LEFT JOIN story ON story.id = story_key.story
WHERE story_key.key IN (:keys...);

-- name: list_told_channels
-- The channels that some stories were told to.
SELECT story, channel FROM story_channel WHERE story IN (:stories...);

-- name: add_item
-- Store the first version of an item; nothing happens when there is one.
INSERT INTO item (
    id, version, story, feed, publisher, feed_language, kind, country, state_affiliated,
    link, canonical_link, title, text, language, published_at, date_doubt, seen_at, content_hash, ruleset, folded,
    article_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING;

-- name: keep_version
-- Put the newest version aside before its successor takes its place.
INSERT INTO item_version (
    item, version, story, feed, publisher, feed_language, kind, country, state_affiliated,
    link, canonical_link, title, text, language, published_at, date_doubt, seen_at, content_hash, ruleset,
    article_at
)
SELECT
    id, version, story, feed, publisher, feed_language, kind, country, state_affiliated,
    link, canonical_link, title, text, language, published_at, date_doubt, seen_at, content_hash, ruleset,
    article_at
FROM item WHERE id = :id AND version = :version - 1;

-- name: replace_item
-- Let a version take the place of the one before it.
UPDATE item SET
    version = :version, story = :story, feed = :feed, publisher = :publisher, feed_language = :feed_language,
    kind = :kind, country = :country, state_affiliated = :state_affiliated, link = :link,
    canonical_link = :canonical_link, title = :title, text = :text, language = :language,
    published_at = :published_at, date_doubt = :date_doubt, seen_at = :seen_at, content_hash = :content_hash,
    ruleset = :ruleset, folded = :folded, article_at = :article_at
WHERE id = :id AND version = :version - 1;

-- name: touch_story
-- Note that a story that was told is reported again; nothing happens for others.
UPDATE story SET seen_at = now_epoch() WHERE id = ?;

-- name: take_story_key
-- Give a story key to a story, or note that it was seen again; nothing happens when it belongs to another story.
INSERT INTO story_key (key, story, seen_at) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET seen_at = excluded.seen_at WHERE story_key.story = excluded.story;

-- name: take_alias
-- Let a name lead to an item, wherever it led before.
INSERT INTO item_alias (alias, item) VALUES (?, ?)
ON CONFLICT (alias) DO UPDATE SET item = excluded.item;

-- name: add_match
-- Store one rule that one version of an item satisfies.
INSERT INTO match (item, version, rule, title, severity, evidence)
VALUES (?, ?, ?, ?, ?, ?);

-- name: add_alert
-- Store an alert; nothing happens when it was told already.
INSERT INTO alert (id, kind, story, item, version, severity, rules, summary, created_at)
VALUES (:id, :kind, :story, :item, :version, :severity, :rules, :summary, now_epoch())
ON CONFLICT (id) DO NOTHING;

-- name: add_story
-- Note that a story has an alert; that outlives the alert itself.
INSERT INTO story (id, told_at, seen_at) VALUES (:story, now_epoch(), now_epoch())
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at;

-- name: add_story_channel
-- Note that a story is told to a channel; that outlives the delivery itself.
INSERT INTO story_channel (story, channel) VALUES (:story, :channel)
ON CONFLICT (story, channel) DO NOTHING;

-- name: add_delivery
-- Put an alert in a channel's line; nothing happens when it is or was there.
INSERT INTO delivery (
    id, alert, subscription, channel, state, attempts, ambiguous, reason, next_attempt_at, created_at
) VALUES (
    :id, :alert, :subscription, :channel, 'pending', 0, FALSE, '', now_epoch(), now_epoch()
)
ON CONFLICT (id) DO NOTHING;
