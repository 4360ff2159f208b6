-- name: list_leases
-- Every lease.
SELECT * FROM hub_lease ORDER BY feed, id;

-- name: find_lease
-- One lease.
SELECT * FROM hub_lease WHERE id = :id;

-- name: find_lease_of_token
-- The lease of a callback.
SELECT * FROM hub_lease WHERE token = :token;

-- name: add_lease
-- A new lease, unless its feed has one that is not leaving.
INSERT INTO hub_lease (
    id, feed, hub, topic, origin, token, secret, state, created_at, due_at, asked_at, verified_at, lease_until,
    failures, error, pushed_at, missed_at, revision
) VALUES (
    :id, :feed, :hub, :topic, :origin, :token, :secret, :state, :created_at, :due_at, :asked_at, :verified_at,
    :lease_until, :failures, :error, :pushed_at, :missed_at, :revision
)
ON CONFLICT DO NOTHING;

-- name: change_lease
-- A lease of the revision before. What it is about stays.
UPDATE hub_lease SET
    state = :state, due_at = :due_at, asked_at = :asked_at, verified_at = :verified_at, lease_until = :lease_until,
    failures = :failures, error = :error, pushed_at = :pushed_at, missed_at = :missed_at, revision = :revision
WHERE id = :id AND revision = :revision - 1;

-- name: drop_lease
-- Forget a lease.
DELETE FROM hub_lease WHERE id = :id;

-- name: list_due_leases
-- The leases that are longest overdue.
SELECT id FROM hub_lease WHERE due_at <= now_epoch() ORDER BY due_at, id LIMIT :limit;

-- name: note_push
-- A push came with the right signature.
UPDATE hub_lease SET pushed_at = now_epoch(), missed_at = NULL, revision = revision + 1 WHERE id = :id;

-- name: hasten_poll
-- Poll a feed sooner.
UPDATE feed SET next_poll_at = :at WHERE id = :id AND active AND next_poll_at > :at;
