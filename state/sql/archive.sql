-- name: drop_configured_subscriptions
-- Take the configuration's subscriptions away before those of the new one are put.
DELETE FROM subscription WHERE origin = 'config';

-- name: put_subscription
-- Add or replace a subscription.
INSERT INTO subscription (id, channel, rules, min_severity, languages, feeds, origin)
VALUES (:id, :channel, :rules, :min_severity, :languages, :feeds, :origin)
ON CONFLICT (id) DO UPDATE SET
    channel = excluded.channel,
    rules = excluded.rules,
    min_severity = excluded.min_severity,
    languages = excluded.languages,
    feeds = excluded.feeds,
    origin = excluded.origin;

-- name: drop_subscription
-- End a subscription.
DELETE FROM subscription WHERE id = :id;

-- name: list_subscriptions
-- Every subscription.
SELECT * FROM subscription ORDER BY id;

-- name: list_subscriptions_of_channel
-- One channel's subscriptions.
SELECT * FROM subscription WHERE channel = :channel ORDER BY id;

-- name: list_alerts
-- Alerts about items, newest first.
SELECT
    alert.*,
    (SELECT count(*) FROM item WHERE item.id = alert.story AND item.story = item.id)
    + (SELECT count(*) FROM item WHERE item.story = alert.story AND item.story <> item.id) AS items_in_story
FROM alert
WHERE alert.item IS NOT NULL
ORDER BY alert.line DESC
LIMIT :limit;

-- name: search_items
-- Items whose folded title or text contains a folded needle, newest first.
SELECT * FROM item WHERE instr(folded, :needle) > 0 ORDER BY seen_at DESC, line DESC LIMIT :limit;

-- name: list_items_since
-- Items seen since a moment, oldest first.
SELECT * FROM item WHERE seen_at >= :moment ORDER BY seen_at, line LIMIT :limit;

-- name: list_newest_items
-- A feed's newest items, newest first.
SELECT * FROM item WHERE feed = :feed ORDER BY seen_at DESC, line DESC LIMIT :limit;

-- name: list_versions
-- The versions of an item, the oldest first.
SELECT
    item AS id, version, feed, publisher, feed_language, kind, country, state_affiliated,
    link, canonical_link, title, text, language, published_at, date_doubt, seen_at, content_hash, article_at
FROM item_version WHERE item = :item
UNION ALL
SELECT
    id, version, feed, publisher, feed_language, kind, country, state_affiliated,
    link, canonical_link, title, text, language, published_at, date_doubt, seen_at, content_hash, article_at
FROM item WHERE id = :item
ORDER BY version;

-- name: count_items_by_feed
-- Items by feed; people ask for this, so that it is worth no index that every new item would pay for.
SELECT feed, count(*) AS number FROM item GROUP BY feed;

-- name: count_rows
-- The counts of `status`, feeds being the active ones. Stories: those named after one of their items, and the others.
SELECT
    (SELECT count(*) FROM feed WHERE active) AS feeds,
    (SELECT count(*) FROM feed WHERE active AND failures > 0) AS feeds_failing,
    (SELECT count(*) FROM feed WHERE active AND first_polled_at IS NULL) AS feeds_never_polled,
    (SELECT count(*) FROM item) AS items,
    (SELECT count(*) FROM item)
    - (SELECT count(*) FROM item WHERE story <> id)
    + (
        SELECT count(*)
        FROM (SELECT DISTINCT story FROM item WHERE story <> id) AS other
        WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = other.story AND item.story = item.id)
    ) AS stories,
    (SELECT count(*) FROM alert WHERE item IS NOT NULL) AS alerts,
    (SELECT max(last_polled_at) FROM feed WHERE active) AS last_poll_at,
    (
        SELECT min(created_at) FROM delivery WHERE state IN ('pending', 'sending', 'unknown')
    ) AS oldest_open_at;

-- name: count_deliveries
-- Deliveries by state.
SELECT state, count(*) AS number FROM delivery GROUP BY state;

-- name: prune_items
-- Delete old items that no open delivery is about; versions, matches, alerts and deliveries go with them.
DELETE FROM item
WHERE seen_at < :before AND NOT EXISTS (
    SELECT 1 FROM alert JOIN delivery ON delivery.alert = alert.id
    WHERE alert.item = item.id AND delivery.state IN ('pending', 'sending', 'unknown')
);

-- name: prune_notices
-- Delete old notices that are no longer to be delivered.
DELETE FROM alert
WHERE item IS NULL AND created_at < :before AND NOT EXISTS (
    SELECT 1 FROM delivery WHERE delivery.alert = alert.id AND delivery.state IN ('pending', 'sending', 'unknown')
);

-- name: prune_version_matches
-- Delete the matches of old versions that newer ones have replaced.
DELETE FROM match WHERE EXISTS (
    SELECT 1 FROM item_version
    WHERE item_version.item = match.item AND item_version.version = match.version AND item_version.seen_at < :before
);

-- name: prune_versions
-- Delete old versions that newer ones have replaced.
DELETE FROM item_version WHERE seen_at < :before;

-- name: prune_aliases
-- Forget names that lead to deleted items.
DELETE FROM item_alias WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = item_alias.item);

-- name: prune_story_keys
-- Forget keys that have not been seen for long.
DELETE FROM story_key WHERE seen_at < :forget_before;

-- name: prune_stories
-- Forget that stories were told that have neither items nor keys; a story is as young as its youngest key.
DELETE FROM story
WHERE seen_at < :forget_before
    AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = story.id AND item.story = item.id)
    AND NOT EXISTS (SELECT 1 FROM item WHERE item.story = story.id AND item.story <> item.id);
