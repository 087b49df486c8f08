-- Which of these posts were deleted, as far as that was heard.
SELECT network_id FROM posts_forewarning WHERE network = %(network)s AND network_id = ANY(%(ids)s)
UNION ALL
SELECT network_id FROM posts_post WHERE network = %(network)s AND network_id = ANY(%(ids)s) AND deleted_at IS NOT NULL;
