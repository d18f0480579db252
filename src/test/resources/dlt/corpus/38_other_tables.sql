CREATE OR REFRESH MATERIALIZED VIEW r38_sales
AS SELECT store, SUM(amount) AS amount FROM samples.shop.sales GROUP BY store;
CREATE OR REFRESH STREAMING TABLE r38_delta AS SELECT * FROM STREAM read_files('/data/t', format => 'delta');
