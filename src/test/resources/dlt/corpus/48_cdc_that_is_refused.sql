CREATE OR REFRESH STREAMING TABLE r48_feed AS SELECT * FROM STREAM read_files('${landing}/tickets', format => 'csv', header => true, schema => 'desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP');
CREATE OR REFRESH STREAMING TABLE r48_truncated;
CREATE FLOW r48_a AS AUTO CDC INTO r48_truncated FROM STREAM(r48_feed) KEYS (ticket)
APPLY AS TRUNCATE WHEN op = 'T' SEQUENCE BY at STORED AS SCD TYPE 2;
