-- The oldest spelling of all.
CREATE INCREMENTAL LIVE TABLE a04_logs
COMMENT "Lines of a log"
AS SELECT value AS line FROM cloud_files("${landing}/logs", "text");
CREATE INCREMENTAL LIVE TABLE a04_errors
AS SELECT UPPER(line) AS line FROM STREAM(LIVE.a04_logs) WHERE line LIKE 'ERROR%';
