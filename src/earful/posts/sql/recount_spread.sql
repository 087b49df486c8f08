-- Count anew how far the posts went that these rows carried on and carry on no more. From the rows that are left, because
-- nobody knows how many followers somebody had when they were counted.
WITH touched AS (
    SELECT reposts AS carried FROM posts_post WHERE id = ANY(%(rows)s) AND reposts <> ''
    UNION
    SELECT quotes FROM posts_post WHERE id = ANY(%(rows)s) AND quotes <> ''
), carriers AS (
    SELECT touched.carried, post.author_id, 1 AS repost FROM touched
    JOIN posts_post AS post ON post.network = %(network)s AND post.reposts = touched.carried AND post.reposts <> ''
    WHERE post.deleted_at IS NULL AND NOT post.private
    UNION ALL
    SELECT touched.carried, post.author_id, 0 FROM touched
    JOIN posts_post AS post ON post.network = %(network)s AND post.quotes = touched.carried AND post.quotes <> ''
    WHERE post.deleted_at IS NULL AND NOT post.private
), people AS (
    SELECT carried, author_id, sum(repost) AS reposts, count(*) - sum(repost) AS quotes
    FROM carriers GROUP BY carried, author_id
), counted AS (
    SELECT people.carried, sum(people.reposts) AS reposts, sum(people.quotes) AS quotes,
           sum(coalesce(person.followers, 0)) AS reach
    FROM people JOIN people_identity AS person ON person.id = people.author_id
    GROUP BY people.carried
)
UPDATE posts_carried AS known
SET reposts = coalesce(counted.reposts, 0), quotes = coalesce(counted.quotes, 0), reach = coalesce(counted.reach, 0)
FROM touched LEFT JOIN counted USING (carried)
WHERE known.network = %(network)s AND known.network_id = touched.carried;
