-- Take the words of deleted posts away, earlier versions and what they are found by included, and remember deletions
-- whose post is not there yet. A repost goes with its post: it says the same words.
WITH named AS (
    SELECT unnest(%(ids)s::text[]) AS network_id
), meant AS (
    SELECT post.id FROM named
    JOIN posts_post AS post ON post.network = %(network)s AND post.network_id = named.network_id
    UNION
    SELECT post.id FROM named
    JOIN posts_post AS post ON post.network = %(network)s AND post.reposts = named.network_id AND post.reposts <> ''
), gone AS (
    UPDATE posts_post AS known
    SET text = '', facts = '{}', links = '[]', media = '[]', deleted_at = %(now)s
    FROM meant
    WHERE known.id = meant.id AND known.deleted_at IS NULL
    RETURNING known.id, known.created_at
), versions AS (
    DELETE FROM posts_postversion USING gone WHERE posts_postversion.post_id = gone.id
), unfound AS (
    DELETE FROM posts_search AS search
    USING gone WHERE search.created_at = gone.created_at AND search.post_id = gone.id
), forewarned AS (
    INSERT INTO posts_forewarning (network, network_id, at)
    SELECT %(network)s, named.network_id, %(now)s FROM named
    WHERE NOT EXISTS (
        SELECT 1 FROM posts_post AS known
        WHERE known.network = %(network)s AND known.network_id = named.network_id
    )
    ON CONFLICT DO NOTHING
)
SELECT id FROM gone ORDER BY id;
