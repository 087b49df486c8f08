-- Enter charges, each once a day, and add what is new to the sums. What is not sure may have been billed: it is entered
-- where nothing stands yet, and joins the sums when any channel of the app is told it again and is sure.
-- A group has its resources in one text: an array of texts costs several microseconds an element. What is new and what
-- was doubtful each go in one order, so that two who enter the same things never wait for each other in a circle; entries
-- come before sums, for everybody.
WITH told AS (
    SELECT charged.*, unnest(string_to_array(charged.resources, ',')) AS resource
    FROM jsonb_to_recordset(%(groups)s::jsonb) AS charged (
        app text, day date, kind text, "of" text, channel bigint, purpose text, rule bigint, price int, at timestamptz,
        resources text
    )
), entered AS (
    INSERT INTO ledger_entry (day, app, kind, "of", resource, channel_id, purpose, rule, price, sure, at)
    SELECT day, app, kind, "of", resource, channel, purpose, rule, price, %(sure)s, at FROM told
    ORDER BY day, app, kind, "of", resource
    ON CONFLICT DO NOTHING
    RETURNING channel_id, day, purpose, rule, kind, "of", price
), doubtful AS (
    SELECT entry.day, entry.app, entry.kind, entry."of", entry.resource FROM ledger_entry AS entry JOIN told
    ON entry.day = told.day AND entry.app = told.app AND entry.kind = told.kind AND entry."of" = told."of"
      AND entry.resource = told.resource
    WHERE %(sure)s AND NOT entry.sure
    ORDER BY entry.day, entry.app, entry.kind, entry."of", entry.resource
    FOR UPDATE OF entry
), made_sure AS (
    UPDATE ledger_entry AS entry SET sure = true FROM doubtful
    WHERE entry.day = doubtful.day AND entry.app = doubtful.app AND entry.kind = doubtful.kind
      AND entry."of" = doubtful."of" AND entry.resource = doubtful.resource
    RETURNING entry.channel_id, entry.day, entry.purpose, entry.rule, entry.kind, entry."of", entry.price
), summed AS (
    SELECT channel_id, day, purpose, rule, kind, "of", count(*) AS entries, sum(price) AS price
    FROM (SELECT * FROM entered UNION ALL SELECT * FROM made_sure) AS counts
    GROUP BY channel_id, day, purpose, rule, kind, "of"
), added AS (
    INSERT INTO ledger_spending AS known (channel_id, day, purpose, rule, kind, "of", entries, price)
    SELECT * FROM summed WHERE %(sure)s ORDER BY channel_id, day, purpose, rule, kind, "of"
    ON CONFLICT (channel_id, day, purpose, rule, kind, "of") DO UPDATE
    SET entries = known.entries + excluded.entries, price = known.price + excluded.price
)
SELECT coalesce(sum(price), 0)::bigint FROM summed;
