-- Keep how posts read before: of these versions, those that are older than the one that is shown, each once. A deleted
-- post keeps none.
INSERT INTO posts_postversion (post_id, version, text, until)
SELECT known.id, told.version, told.text, %(now)s
FROM unnest(%(ids)s::text[], %(versions)s::text[], %(texts)s::text[]) AS told (network_id, version, text)
CROSS JOIN LATERAL (
    SELECT id, version, deleted_at FROM posts_post
    WHERE network = %(network)s AND network_id = told.network_id LIMIT 1
) AS known
WHERE known.deleted_at IS NULL AND (length(told.version), told.version) < (length(known.version), known.version)
ON CONFLICT (post_id, version) DO NOTHING;
