-- Keep the staged posts that are not there yet, and say which they were. A post whose deletion came first is born
-- without words.
INSERT INTO posts_post
    (network, network_id, version, channel_id, author_id, ours, private, text, lang, root, reply_to, reposts,
     quotes, quotes_author, reply_to_author, mentions, links, media, intent, signals, verdict, facts, spread,
     created_at, heard_at, edited_at, deleted_at)
SELECT
    stage.network, stage.network_id, stage.version, stage.channel_id, author.id, stage.ours, stage.private,
    CASE WHEN gone.id IS NULL THEN stage.text ELSE '' END,
    stage.lang, stage.root, stage.reply_to, stage.reposts, stage.quotes, stage.quotes_author, stage.reply_to_author,
    stage.mentions,
    CASE WHEN gone.id IS NULL THEN stage.links ELSE '[]' END,
    CASE WHEN gone.id IS NULL THEN stage.media ELSE '[]' END,
    stage.intent, stage.signals, stage.verdict,
    CASE WHEN gone.id IS NULL THEN stage.facts ELSE '{}' END,
    stage.spread, stage.created_at, %(now)s,
    CASE WHEN stage.edited THEN %(now)s::timestamptz END,
    gone.at
FROM posts_stage AS stage
-- By itself for each post (LATERAL), through the index: a hash join would read all people of the desk for each batch.
CROSS JOIN LATERAL (
    SELECT id FROM people_identity WHERE network = stage.network AND account_id = stage.account_id LIMIT 1
) AS author
LEFT JOIN posts_forewarning AS gone ON gone.network = stage.network AND gone.network_id = stage.network_id
ON CONFLICT (network, network_id) DO NOTHING
RETURNING id, author_id, network_id, deleted_at IS NOT NULL;
