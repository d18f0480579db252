-- Two feeds of one table
CREATE OR REFRESH STREAMING TABLE r41_desk1 AS SELECT * FROM STREAM read_files('${landing}/tickets', format => 'csv', header => true, schema => 'desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP') WHERE desk = 1;
CREATE OR REFRESH STREAMING TABLE r41_desk2 AS SELECT * FROM STREAM read_files('${landing}/tickets', format => 'csv', header => true, schema => 'desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP') WHERE desk = 2;
CREATE OR REFRESH STREAMING TABLE r41_tickets;
CREATE FLOW r41_one AS AUTO CDC INTO r41_tickets FROM STREAM(r41_desk1)
KEYS (desk, ticket) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY at
COLUMNS * EXCEPT (op, note) STORED AS SCD TYPE 1;
CREATE FLOW r41_two AS AUTO CDC INTO r41_tickets FROM STREAM(r41_desk2)
KEYS (desk, ticket) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY at
COLUMNS * EXCEPT (op, note) STORED AS SCD TYPE 1;
