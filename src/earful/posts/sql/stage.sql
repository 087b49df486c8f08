-- Where a batch lies between COPY and the statements that keep it. One per connection, emptied at each commit.
-- `words` stand there for edits alone: what a new post is found by is copied to the search table straight away.
CREATE TEMPORARY TABLE IF NOT EXISTS posts_stage (
    network text, network_id text, version text, channel_id bigint, account_id text, handle text, name text,
    avatar text, followers bigint, verified boolean, protected boolean, ours boolean, private boolean, text text,
    words tsvector, lang text, root text, reply_to text, reposts text, quotes text, quotes_author text,
    reply_to_author text, mentions jsonb, links jsonb, media jsonb, intent text, signals jsonb, verdict jsonb, facts jsonb,
    spread integer, created_at timestamptz, edited boolean
) ON COMMIT DELETE ROWS;
DELETE FROM posts_stage;
