-- Enter charges, each once a day, and add what is new to the sums. What is not sure may have been billed: it is entered
-- where nothing stands yet, and joins the sums when it is told again and sure.
-- A group has its resources in one text: an array of texts costs several microseconds an element. In one order, so that
-- two who enter the same things never wait for each other in a circle; entries come before sums, for everybody.
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
), made_sure AS (
    UPDATE ledger_entry AS doubtful SET sure = true FROM told
    WHERE %(sure)s AND NOT doubtful.sure AND doubtful.channel_id = told.channel AND doubtful.day = told.day
      AND doubtful.app = told.app AND doubtful.kind = told.kind AND doubtful."of" = told."of"
      AND doubtful.resource = told.resource
    RETURNING doubtful.channel_id, doubtful.day, doubtful.purpose, doubtful.rule, doubtful.kind, doubtful."of",
        doubtful.price
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
