-- All that somebody should know: limits that were reached, and of each move the first window that
-- shows it. A window that begins a minute after another one of the same instrument goes on with it.
SELECT
  'limit' AS kind,
  symbol,
  traded_at AS alert_time,
  limit_id,
  owner,
  price
FROM limit_alerts
UNION ALL
SELECT
  'move' AS kind,
  symbol,
  to_time AS alert_time,
  NULL AS limit_id,
  NULL AS owner,
  last_price AS price
FROM (
  SELECT
    *,
    LAG(from_time) OVER (PARTITION BY symbol ORDER BY from_time) AS window_before
  FROM price_moves
) AS moves
WHERE window_before IS NULL OR window_before < from_time - INTERVAL '1' MINUTE
