-- In which fence a vehicle is, as of each position. The table begins a row where the fence changes, and
-- last_seen_at is the last position of the row.
SELECT vehicle, fence, fence_name, recorded_at AS last_seen_at FROM positions
