-- name: break_feed
-- Note what is wrong with a feed; what was over before that was told goes on.
INSERT INTO trouble (feed, kind, message, since) VALUES (:feed, :kind, :message, now_epoch())
ON CONFLICT (feed, kind) DO UPDATE SET message = excluded.message, over_at = NULL;

-- name: forget_untold
-- Forget what is over before anybody was told of it.
DELETE FROM trouble WHERE feed = :feed AND kind = :kind AND told_at IS NULL;

-- name: end_told
-- Note that something is over that was told.
UPDATE trouble SET over_at = now_epoch() WHERE feed = :feed AND kind = :kind AND over_at IS NULL;

-- name: drop_troubles_of_moved
-- Forget what is wrong with a feed that gets another address.
DELETE FROM trouble
WHERE feed = :id AND EXISTS (SELECT 1 FROM feed WHERE feed.id = trouble.feed AND feed.url <> :url);

-- name: drop_troubles_of_removed
-- Forget what is wrong with feeds that are polled no longer.
DELETE FROM trouble WHERE feed IN (SELECT id FROM feed WHERE NOT active);

-- name: list_troubles
-- What is wrong, or over and not told so, oldest first.
SELECT * FROM trouble ORDER BY since, feed, kind;

-- name: mark_told
-- Note that the operator was told of a trouble.
UPDATE trouble SET told_at = now_epoch()
WHERE feed = :feed AND kind = :kind AND since = :since AND told_at IS NULL;

-- name: forget_told
-- Forget a trouble that is over, and was told to be; an event is over by itself.
DELETE FROM trouble
WHERE feed = :feed AND kind = :kind AND since = :since AND (over_at IS NOT NULL OR :is_event);

-- name: add_notice
-- Store a notice; nothing happens when it was told already.
INSERT INTO alert (id, kind, story, severity, rules, summary, created_at)
VALUES (:id, 'notice', :story, :severity, '[]', :notice, now_epoch())
ON CONFLICT (id) DO NOTHING;
