CREATE OR REFRESH STREAMING LIVE TABLE r35_raw
COMMENT "Who knows what is in there"
AS SELECT * FROM cloud_files("${landing}/orders", "json", map("cloudFiles.inferColumnTypes", "true"));
CREATE OR REFRESH STREAMING LIVE TABLE r35_clean AS SELECT order_id FROM STREAM(LIVE.r35_raw);
