CREATE OR REFRESH STREAMING TABLE r46_feed AS SELECT * FROM STREAM read_files('${landing}/tickets', format => 'csv', header => true, schema => 'desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP');
CREATE OR REFRESH MATERIALIZED VIEW r46_latest AS
SELECT * EXCEPT (place) FROM (
  SELECT desk, ticket, status, agent, ROW_NUMBER() OVER (PARTITION BY desk, ticket ORDER BY at DESC) AS place
  FROM r46_feed WHERE op <> 'D')
WHERE place = 1;
CREATE OR REFRESH MATERIALIZED VIEW r46_agents AS
SELECT agent, 'now' AS role, COUNT(*) AS n FROM r46_latest GROUP BY agent
UNION ALL
SELECT agent, 'ever', COUNT(DISTINCT desk, ticket) FROM r46_feed WHERE agent IS NOT NULL GROUP BY agent;
CREATE OR REFRESH MATERIALIZED VIEW r46_busy AS
SELECT l.agent, l.n AS now, e.n AS ever
FROM r46_agents l LEFT JOIN r46_agents e ON e.agent = l.agent AND e.role = 'ever'
WHERE l.role = 'now' AND l.n >= (SELECT AVG(n) FROM r46_agents WHERE role = 'now');
