-- How long vehicles stay within each fence: minutes of the visits that are over.
SELECT
  fence,
  fence_name,
  COUNT(*) AS visits,
  COUNT(DISTINCT vehicle) AS vehicles,
  COUNT_IF(__END_AT IS NULL) AS inside_now,
  AVG(TIMESTAMPDIFF(SECOND, __START_AT, __END_AT)) / 60 AS average_minutes,
  MAX(TIMESTAMPDIFF(SECOND, __START_AT, __END_AT)) / 60 AS longest_minutes
FROM fence_visits
WHERE fence IS NOT NULL
GROUP BY fence, fence_name
