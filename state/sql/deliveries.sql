-- name: list_due_channels
-- Channels whose head of line can be claimed, longest waiting line first.
SELECT delivery.channel
FROM (
    SELECT min(line) AS line FROM delivery WHERE state IN ('pending', 'sending', 'unknown') GROUP BY channel
) AS head
JOIN delivery ON delivery.line = head.line
WHERE delivery.next_attempt_at <= now_epoch()
ORDER BY delivery.line;

-- name: claim_head
-- Claim the head of a channel's line if it is due; while sending, next_attempt_at is the claim's end.
UPDATE delivery SET
    state = 'sending',
    ambiguous = (state <> 'pending'),
    attempts = attempts + 1,
    next_attempt_at = now_epoch() + :lease_s
WHERE next_attempt_at <= now_epoch() AND line = (
    SELECT line FROM delivery
    WHERE channel = :channel AND state IN ('pending', 'sending', 'unknown')
    ORDER BY line
    LIMIT 1
)
RETURNING id, alert, subscription, channel, attempts, ambiguous, created_at;

-- name: find_claimed_alert
-- What a claimed delivery tells, and the message of the story's first sent alert in its channel.
SELECT
    alert.kind,
    alert.summary,
    (
        SELECT earlier.message
        FROM alert AS told JOIN delivery AS earlier ON earlier.alert = told.id
        WHERE told.story = alert.story AND earlier.channel = :channel AND earlier.message IS NOT NULL
        ORDER BY earlier.line
        LIMIT 1
    ) AS parent
FROM alert WHERE alert.id = :alert;

-- name: find_head_due
-- When the head of a channel's line is due.
SELECT next_attempt_at FROM delivery
WHERE channel = :channel AND state IN ('pending', 'sending', 'unknown')
ORDER BY line
LIMIT 1;

-- name: find_delivery
-- Whether there is a delivery of that id.
SELECT 1 FROM delivery WHERE id = :id;

-- name: settle_sent
-- Record a post that happened, whoever holds the claim by now.
UPDATE delivery SET state = 'sent', message = :message, sent_at = now_epoch(), reason = ''
WHERE id = :id AND state <> 'sent';

-- name: settle_retry
-- Put a claimed delivery back for later.
UPDATE delivery SET
    state = CASE WHEN :ambiguous THEN 'unknown' ELSE 'pending' END,
    ambiguous = :ambiguous,
    reason = :reason,
    next_attempt_at = :next_attempt_at
WHERE id = :id AND state = 'sending';

-- name: settle_dead
-- Give a claimed delivery up.
UPDATE delivery SET state = 'dead', reason = :reason WHERE id = :id AND state = 'sending';

-- name: give_back
-- Undo a claim.
UPDATE delivery SET
    state = CASE WHEN ambiguous THEN 'unknown' ELSE 'pending' END,
    attempts = attempts - 1,
    next_attempt_at = now_epoch()
WHERE id = :id AND state = 'sending';

-- name: recover_deliveries
-- Doubt every post that a process that died was in the middle of.
UPDATE delivery SET state = 'unknown', ambiguous = TRUE, next_attempt_at = now_epoch() WHERE state = 'sending';

-- name: resend
-- Put a dead letter back at its old place.
UPDATE delivery SET
    state = CASE WHEN ambiguous THEN 'unknown' ELSE 'pending' END,
    attempts = 0,
    reason = '',
    next_attempt_at = now_epoch()
WHERE id = :id AND state = 'dead'
RETURNING channel;

-- name: list_deliveries
-- Deliveries of every state, newest first.
SELECT delivery.*, alert.kind, alert.summary
FROM delivery JOIN alert ON alert.id = delivery.alert
ORDER BY delivery.line DESC
LIMIT :limit;

-- name: list_deliveries_by_state
-- Deliveries of one state, newest first.
SELECT delivery.*, alert.kind, alert.summary
FROM delivery JOIN alert ON alert.id = delivery.alert
WHERE delivery.state = :state
ORDER BY delivery.line DESC
LIMIT :limit;
