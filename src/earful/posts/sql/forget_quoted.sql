-- Take the words of deleted posts out of the posts that quote them. What those are found by is written anew from what is
-- left of them.
WITH quoting AS (
    UPDATE posts_post AS known SET facts = facts - 'quoted'
    WHERE network = %(network)s AND quotes = ANY(%(ids)s) AND quotes <> '' AND deleted_at IS NULL AND facts ? 'quoted'
    RETURNING id, created_at
), unfound AS (
    DELETE FROM posts_search AS search
    USING quoting WHERE search.created_at = quoting.created_at AND search.post_id = quoting.id
)
SELECT id FROM quoting ORDER BY id;
