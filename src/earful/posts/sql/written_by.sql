-- What these people wrote on a network and the desk still shows: all of it, or what they wrote in public alone.
SELECT person.account_id, post.network_id
FROM people_identity AS person JOIN posts_post AS post ON post.author_id = person.id
WHERE person.network = %(network)s AND person.account_id = ANY(%(accounts)s)
    AND post.deleted_at IS NULL AND NOT post.ours AND (%(private)s OR NOT post.private);
