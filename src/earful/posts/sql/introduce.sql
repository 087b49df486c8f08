-- People were looked up: keep what their network shows of them now, and tell it of those of their posts that came without
-- their author. What those posts are found by is written anew.
WITH told AS (
    SELECT * FROM jsonb_to_recordset(%(people)s::jsonb) AS person (
        account_id text, handle text, name text, avatar text, followers bigint, verified boolean, protected boolean,
        facts jsonb
    )
), met AS (
    SELECT known.id, told.* FROM people_identity AS known
    JOIN told ON known.network = %(network)s AND known.account_id = told.account_id
    ORDER BY known.account_id FOR UPDATE OF known
), seen AS (
    UPDATE people_identity AS known
    SET handle = met.handle, name = met.name, avatar = met.avatar, followers = coalesce(met.followers, known.followers),
        verified = met.verified, protected = met.protected, seen_at = %(now)s
    FROM met WHERE known.id = met.id
), nameless AS (
    UPDATE posts_post AS post SET facts = post.facts || met.facts
    FROM met WHERE post.author_id = met.id AND post.facts ->> 'handle' = '' AND post.deleted_at IS NULL
    RETURNING post.id, post.created_at
), unfound AS (
    DELETE FROM posts_search AS search
    USING nameless WHERE search.created_at = nameless.created_at AND search.post_id = nameless.id
)
SELECT id FROM nameless ORDER BY id;
