-- Take away where these people said that they wrote. What the posts are found by is written anew from what is left.
WITH placed AS (
    UPDATE posts_post AS known SET facts = facts - 'place' - 'point'
    FROM people_identity AS person
    WHERE known.author_id = person.id AND person.network = %(network)s AND person.account_id = ANY(%(accounts)s)
        AND known.deleted_at IS NULL AND known.facts ?| array['place', 'point']
    RETURNING known.id, known.created_at
), unfound AS (
    DELETE FROM posts_search AS search
    USING placed WHERE search.created_at = placed.created_at AND search.post_id = placed.id
)
SELECT id FROM placed ORDER BY id;
