CREATE OR REFRESH STREAMING TABLE r43_feed AS SELECT * FROM STREAM read_files('${landing}/tickets', format => 'csv', header => true, schema => 'desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP') WHERE at < '2026-03-01T09:30:00Z' OR op = 'D';
CREATE OR REFRESH STREAMING TABLE r43_kept;
CREATE FLOW r43_f AS AUTO CDC INTO r43_kept FROM STREAM r43_feed
KEYS (desk, ticket) IGNORE NULL UPDATES ON (note) SEQUENCE BY at
COLUMNS (desk, ticket, status, note);
CREATE OR REFRESH STREAMING TABLE r43_others;
CREATE FLOW r43_g AS AUTO CDC INTO r43_others FROM STREAM r43_feed
KEYS (desk, ticket) IGNORE NULL UPDATES ON * EXCEPT (note) SEQUENCE BY at
COLUMNS (desk, ticket, status, note);
