-- Positions with the fence that they are in, NULL outside of all. INSIDE is a function in Java. Where
-- two fences overlap, a position comes once for each of them.
SELECT
  p.vehicle,
  p.recorded_at,
  p.sent_at,
  p.latitude,
  p.longitude,
  p.speed_kmh,
  f.fence,
  f.fence_name
FROM bronze_positions AS p
LEFT JOIN geofences AS f ON INSIDE(f.ring, p.latitude, p.longitude)
