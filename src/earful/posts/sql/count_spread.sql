-- Count newly stored reposts and quotes for the posts that they carry on: how many, and how many people follow those
-- who carried them. Somebody who carries a post on twice reaches the same people: whoever has a carrier of it with a
-- smaller id counts no more. (Row ids grow with the lock on the author's row, which `store` holds: no two readers can
-- both think theirs the first.) Ordered, so that two readers never wait for each other in a circle. Posts that were
-- deleted, or written in private, carry nothing on.
WITH heard AS (
    SELECT id, author_id, reposts, quotes FROM posts_post
    WHERE network = %(network)s AND network_id = ANY(%(ids)s) AND deleted_at IS NULL AND NOT private
), carriers AS (
    SELECT id, author_id, reposts AS carried, 1 AS repost FROM heard WHERE reposts <> ''
    UNION ALL
    SELECT id, author_id, quotes, 0 FROM heard WHERE quotes <> ''
), counted AS (
    SELECT carriers.carried, sum(carriers.repost) AS reposts, count(*) - sum(carriers.repost) AS quotes,
           sum(CASE WHEN earlier.one IS NULL THEN coalesce(person.followers, 0) ELSE 0 END) AS reach
    FROM carriers
    CROSS JOIN LATERAL (SELECT followers FROM people_identity WHERE id = carriers.author_id LIMIT 1) AS person
    LEFT JOIN LATERAL (
        (SELECT 1 AS one FROM posts_post
         WHERE network = %(network)s AND reposts = carriers.carried AND reposts <> ''
           AND author_id = carriers.author_id AND id < carriers.id AND deleted_at IS NULL AND NOT private LIMIT 1)
        UNION ALL
        (SELECT 1 FROM posts_post
         WHERE network = %(network)s AND quotes = carriers.carried AND quotes <> ''
           AND author_id = carriers.author_id AND id < carriers.id AND deleted_at IS NULL AND NOT private LIMIT 1)
        LIMIT 1
    ) AS earlier ON true
    GROUP BY carriers.carried
)
INSERT INTO posts_carried AS known (network, network_id, reposts, quotes, reach)
SELECT %(network)s, carried, reposts, quotes, reach FROM counted ORDER BY carried
ON CONFLICT (network, network_id) DO UPDATE SET
    reposts = known.reposts + excluded.reposts,
    quotes = known.quotes + excluded.quotes,
    reach = known.reach + excluded.reach;
