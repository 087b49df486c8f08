-- Bring kept posts up to newer versions on the stage, keeping how they read before. Versions are numbers in strings:
-- the longer one is the later, then the greater. A post that was deleted stays without words.
WITH newer AS (
    SELECT known.id, known.created_at, known.version AS old_version, known.text AS old_text, stage.version, stage.text,
           stage.words, stage.lang, stage.mentions, stage.links, stage.media, stage.intent, stage.signals, stage.verdict,
           stage.facts
    FROM posts_stage AS stage
    JOIN posts_post AS known ON known.network = stage.network AND known.network_id = stage.network_id
    WHERE stage.edited AND known.deleted_at IS NULL
      AND (length(stage.version), stage.version) > (length(known.version), known.version)
    FOR UPDATE OF known
), kept AS (
    INSERT INTO posts_postversion (post_id, version, text, until)
    SELECT id, old_version, old_text, %(now)s FROM newer
    ON CONFLICT (post_id, version) DO NOTHING
), found_anew AS (
    UPDATE posts_search AS known SET words = newer.words
    FROM newer WHERE known.created_at = newer.created_at AND known.post_id = newer.id
)
UPDATE posts_post AS known
SET version = newer.version, text = newer.text, lang = newer.lang, mentions = newer.mentions, links = newer.links,
    media = newer.media, intent = newer.intent, signals = newer.signals, verdict = newer.verdict,
    -- What people said was of other words; it stays with the corrections.
    corrected = '{}', facts = newer.facts, edited_at = %(now)s
FROM newer WHERE known.id = newer.id
RETURNING known.id;
