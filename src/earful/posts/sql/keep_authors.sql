-- Keep the authors of the staged posts, each once, with what was last seen of them.
-- Ordered, so that two readers lock the same rows in the same order; what a frame did not tell is not overwritten.
INSERT INTO people_identity AS known
    (network, account_id, handle, name, avatar, followers, verified, protected, seen_at)
SELECT DISTINCT ON (network, account_id)
    network, account_id, handle, name, avatar, followers, verified, protected, %(now)s
FROM posts_stage
ORDER BY network, account_id, (handle <> '') DESC, created_at DESC
ON CONFLICT (network, account_id) DO UPDATE SET
    handle = CASE WHEN excluded.handle <> '' THEN excluded.handle ELSE known.handle END,
    name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE known.name END,
    avatar = CASE WHEN excluded.avatar <> '' THEN excluded.avatar ELSE known.avatar END,
    followers = coalesce(excluded.followers, known.followers),
    verified = CASE WHEN excluded.handle <> '' THEN excluded.verified ELSE known.verified END,
    protected = CASE WHEN excluded.handle <> '' THEN excluded.protected ELSE known.protected END,
    seen_at = excluded.seen_at;
