-- What was traded of each sector on each day.
SELECT
  trading_date,
  sector,
  COUNT(*) AS trades,
  SUM(quantity) AS shares,
  SUM(turnover) AS turnover
FROM trades
GROUP BY trading_date, sector
