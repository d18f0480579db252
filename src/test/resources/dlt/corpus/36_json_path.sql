CREATE OR REFRESH LIVE TABLE r36_clicks
COMMENT "Clicks"
AS SELECT curr_title, CAST(n AS INT) AS n FROM json.`/data/clickstream/`;
