CREATE OR REFRESH STREAMING LIVE TABLE r47_feed AS
SELECT desk, ticket, status, op, at, DATE(at) AS day FROM cloud_files("${landing}/tickets", "csv", map("header", "true", "schema", "desk INT, ticket INT, status STRING, agent STRING, note STRING, op STRING, at TIMESTAMP"));
CREATE OR REFRESH STREAMING LIVE TABLE r47_tickets PARTITIONED BY (desk) TBLPROPERTIES ("quality" = "silver");
APPLY CHANGES INTO LIVE.r47_tickets
FROM STREAM(LIVE.r47_feed)
KEYS (desk, ticket)
APPLY AS DELETE WHEN op = "D"
SEQUENCE BY STRUCT(day, at);
