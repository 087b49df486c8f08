-- Where posts are that were stored before and heard again, in the version that is kept or in a newer one. Each by itself
-- (LATERAL), through the index.
SELECT heard.network_id, known.id, known.author_id, known.deleted_at IS NOT NULL
FROM unnest(%(ids)s::text[], %(versions)s::text[]) AS heard (network_id, version)
CROSS JOIN LATERAL (
    SELECT id, author_id, version, deleted_at FROM posts_post
    WHERE network = %(network)s AND network_id = heard.network_id LIMIT 1
) AS known
WHERE (length(heard.version), heard.version) >= (length(known.version), known.version);
