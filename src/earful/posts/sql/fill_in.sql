-- Add to kept posts what the stage tells of the same version and nobody told before: who wrote it, and what came with it.
-- Nothing that is known is replaced. A post that has all of that is not written again, however often it is heard.
WITH richer AS (
    SELECT known.id, known.created_at, stage.facts, stage.mentions, stage.links, stage.media, stage.spread, stage.reply_to,
           stage.reply_to_author, stage.quotes_author
    FROM posts_stage AS stage
    JOIN posts_post AS known ON known.network = stage.network AND known.network_id = stage.network_id
    WHERE stage.network = %(network)s AND stage.network_id = ANY(%(ids)s) AND known.version = stage.version
      AND known.deleted_at IS NULL AND (
          (stage.handle <> '' AND known.facts ->> 'handle' = '')
          OR (stage.mentions <> '[]' AND known.mentions = '[]')
          OR (stage.links <> '[]' AND known.links = '[]')
          OR (stage.media <> '[]' AND known.media = '[]')
          OR (stage.reply_to <> '' AND known.reply_to = '')
          OR (stage.quotes_author <> '' AND known.quotes_author = '')
      )
    FOR UPDATE OF known
), unfound AS (
    DELETE FROM posts_search AS search
    USING richer WHERE search.created_at = richer.created_at AND search.post_id = richer.id
)
UPDATE posts_post AS known
SET facts = richer.facts || CASE WHEN known.facts ->> 'handle' = '' THEN known.facts - 'handle' ELSE known.facts END,
    mentions = CASE WHEN known.mentions = '[]' THEN richer.mentions ELSE known.mentions END,
    links = CASE WHEN known.links = '[]' THEN richer.links ELSE known.links END,
    media = CASE WHEN known.media = '[]' THEN richer.media ELSE known.media END,
    reply_to = CASE WHEN known.reply_to = '' THEN richer.reply_to ELSE known.reply_to END,
    reply_to_author = CASE WHEN known.reply_to_author = '' THEN richer.reply_to_author ELSE known.reply_to_author END,
    quotes_author = CASE WHEN known.quotes_author = '' THEN richer.quotes_author ELSE known.quotes_author END,
    spread = greatest(known.spread, richer.spread)
FROM richer WHERE known.id = richer.id
RETURNING known.id;
