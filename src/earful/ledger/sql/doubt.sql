-- Enter charges that may have been billed; what is entered already stays as it is. They count once they are sure.
WITH told AS (
    SELECT charged.*, unnest(string_to_array(charged.resources, ',')) AS resource
    FROM jsonb_to_recordset(%(groups)s::jsonb) AS charged (
        app text, day date, kind text, "of" text, channel bigint, purpose text, rule bigint, price int, at timestamptz,
        resources text
    )
)
INSERT INTO ledger_entry (day, app, kind, "of", resource, channel_id, purpose, rule, price, sure, at)
SELECT day, app, kind, "of", resource, channel, purpose, rule, price, false, at FROM told
ORDER BY day, app, kind, "of", resource
ON CONFLICT DO NOTHING;
