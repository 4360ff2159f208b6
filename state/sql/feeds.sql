-- name: deactivate_feeds
-- Take every feed out of polling; what the configuration still names is put back by put_feed.
UPDATE feed SET active = FALSE WHERE active;

-- name: list_feed_ids
-- Every feed ever configured.
SELECT id FROM feed;

-- name: put_feed
-- Configure a feed. A new address starts afresh, but the one that the feed itself has moved to does not: what its
-- documents taught stays. A new way to it is tried at once, a new interval ends a longer wait.
INSERT INTO feed (
    id, publisher, language, kind, country, state_affiliated, url, interval_s, allow_private, access, full_text,
    active, next_poll_at, failures, error
) VALUES (
    :id, :publisher, :language, :kind, :country, :state_affiliated, :url, :interval_s, :allow_private, :access,
    :full_text, TRUE, :first_poll_at, 0, ''
)
ON CONFLICT (id) DO UPDATE SET
    publisher = excluded.publisher,
    language = excluded.language,
    kind = excluded.kind,
    country = excluded.country,
    state_affiliated = excluded.state_affiliated,
    url = excluded.url,
    interval_s = excluded.interval_s,
    allow_private = excluded.allow_private,
    access = excluded.access,
    full_text = excluded.full_text,
    active = TRUE,
    first_polled_at = CASE WHEN feed.url = excluded.url OR feed.moved_to = excluded.url THEN feed.first_polled_at END,
    etag = CASE WHEN feed.url = excluded.url THEN feed.etag END,
    last_modified = CASE WHEN feed.url = excluded.url THEN feed.last_modified END,
    failures = CASE WHEN feed.url = excluded.url THEN feed.failures ELSE 0 END,
    error = CASE WHEN feed.url = excluded.url THEN feed.error ELSE '' END,
    reason = CASE WHEN feed.url = excluded.url THEN feed.reason ELSE '' END,
    status = CASE WHEN feed.url = excluded.url THEN feed.status END,
    pace = CASE WHEN feed.url = excluded.url THEN feed.pace ELSE '[]' END,
    document_at = CASE WHEN feed.url = excluded.url THEN feed.document_at END,
    moved_to = CASE WHEN feed.url = excluded.url THEN feed.moved_to END,
    learnt = CASE WHEN feed.url = excluded.url OR feed.moved_to = excluded.url THEN feed.learnt ELSE '{}' END,
    repeats = CASE WHEN feed.url = excluded.url OR feed.moved_to = excluded.url THEN feed.repeats ELSE '' END,
    next_poll_at = CASE
        WHEN feed.url <> excluded.url OR feed.access <> excluded.access THEN now_epoch()
        WHEN feed.interval_s <> excluded.interval_s AND feed.next_poll_at > now_epoch() + excluded.interval_s
            THEN now_epoch() + excluded.interval_s
        ELSE feed.next_poll_at
    END;

-- name: claim_due_feeds
-- Claim the feeds that are longest overdue.
UPDATE feed SET claimed_until = now_epoch() + :lease_s
WHERE id IN (
    SELECT id FROM feed
    WHERE active AND next_poll_at <= now_epoch() AND (claimed_until IS NULL OR claimed_until <= now_epoch())
    ORDER BY next_poll_at, id
    LIMIT :limit
)
RETURNING id, next_poll_at;

-- name: find_feeds
-- Active feeds, without what their documents have taught: that is long, and most polls do not ask for it.
SELECT
    id, publisher, language, kind, country, state_affiliated, url, interval_s, allow_private, access, full_text,
    etag, last_modified, next_poll_at, first_polled_at, last_polled_at, failures, error, reason, status, pace,
    document_at, moved_to, repeats,
    (SELECT group_concat(kind) FROM trouble WHERE trouble.feed = feed.id AND trouble.over_at IS NULL) AS troubles
FROM feed WHERE id IN (SELECT value FROM json_each(:ids)) AND active;

-- name: list_feeds
-- The active feeds.
SELECT
    feed.*,
    (SELECT group_concat(kind) FROM trouble WHERE trouble.feed = feed.id AND trouble.over_at IS NULL) AS troubles
FROM feed WHERE active ORDER BY id;

-- name: find_learnt
-- What a feed's documents have taught.
SELECT learnt FROM feed WHERE id = :id;

-- name: settle_unchanged
-- Release a feed whose document has not changed.
UPDATE feed SET
    claimed_until = NULL, next_poll_at = :next_poll_at, last_polled_at = now_epoch(),
    failures = 0, error = '', reason = '', status = :status, pace = :pace, moved_to = :moved_to,
    document_at = CASE WHEN :status = 304 THEN document_at ELSE now_epoch() END
WHERE id = :id;

-- name: settle_polled
-- Release a feed with the validators of the document that was stored.
UPDATE feed SET
    claimed_until = NULL, next_poll_at = :next_poll_at, last_polled_at = now_epoch(),
    failures = 0, error = '', reason = '', status = :status, pace = :pace, moved_to = :moved_to,
    document_at = now_epoch(), learnt = coalesce(:learnt, learnt), repeats = coalesce(:repeats, repeats),
    etag = :etag, last_modified = :last_modified, first_polled_at = coalesce(first_polled_at, now_epoch())
WHERE id = :id;

-- name: settle_failed
-- Release a feed whose poll failed.
UPDATE feed SET
    claimed_until = NULL, next_poll_at = :next_poll_at, failures = failures + 1, error = :error, reason = :reason,
    status = :status, pace = :pace
WHERE id = :id;

-- name: release_feeds
-- Release what a process that died had claimed.
UPDATE feed SET claimed_until = NULL WHERE claimed_until IS NOT NULL;
