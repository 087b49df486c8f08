-- The answer to a request that is billed by itself has come: it counts from now on, or was free after all.
WITH asked AS (
    DELETE FROM ledger_entry
    WHERE day = %(day)s AND app = %(app)s AND kind = %(kind)s AND "of" = 'request' AND resource = %(resource)s
      AND NOT sure AND NOT %(billed)s
), entered AS (
    UPDATE ledger_entry SET sure = true
    WHERE day = %(day)s AND app = %(app)s AND kind = %(kind)s AND "of" = 'request' AND resource = %(resource)s
      AND NOT sure AND %(billed)s
    RETURNING channel_id, day, purpose, rule, kind, "of", price
)
INSERT INTO ledger_spending AS known (channel_id, day, purpose, rule, kind, "of", entries, price)
SELECT channel_id, day, purpose, rule, kind, "of", 1, price FROM entered
ON CONFLICT (channel_id, day, purpose, rule, kind, "of") DO UPDATE
SET entries = known.entries + excluded.entries, price = known.price + excluded.price;
