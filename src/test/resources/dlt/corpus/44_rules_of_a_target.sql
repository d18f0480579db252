CREATE OR REFRESH STREAMING TABLE r44_feed AS SELECT * FROM STREAM read_files('${landing}/tickets', format => 'csv', header => true, schema => 'desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP');
CREATE OR REFRESH STREAMING TABLE r44_tickets (
  CONSTRAINT known_ticket EXPECT (ticket = 100) ON VIOLATION DROP ROW,
  CONSTRAINT has_note EXPECT (note IS NOT NULL)
) COMMENT 'What is not dropped';
CREATE FLOW r44_f AS AUTO CDC INTO r44_tickets FROM STREAM(r44_feed)
KEYS (desk, ticket) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY at
COLUMNS * EXCEPT (op) STORED AS SCD TYPE 1;
CREATE OR REFRESH MATERIALIZED VIEW r44_agents AS
SELECT agent, COUNT(*) AS tickets FROM r44_tickets GROUP BY agent;
