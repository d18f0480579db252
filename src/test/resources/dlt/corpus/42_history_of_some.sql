CREATE OR REFRESH STREAMING TABLE r42_feed AS SELECT * FROM STREAM read_files('${landing}/tickets', format => 'csv', header => true, schema => 'desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP');
CREATE OR REFRESH STREAMING TABLE r42_history;
APPLY CHANGES INTO r42_history FROM STREAM(r42_feed)
KEYS (desk, ticket)
APPLY AS DELETE WHEN op = 'D'
SEQUENCE BY at
COLUMNS (desk, ticket, status, agent)
STORED AS SCD TYPE 2
TRACK HISTORY ON (status);
CREATE OR REFRESH MATERIALIZED VIEW r42_open AS
SELECT desk, ticket, status, agent FROM r42_history WHERE __END_AT IS NULL;
