-- Where a vehicle is, as of each position.
SELECT vehicle, recorded_at, latitude, longitude, speed_kmh, fence, fence_name FROM positions
