CREATE OR REFRESH STREAMING TABLE b26_lines
AS SELECT '{"a": {"b": 5}, "who": "me"}' AS doc, value FROM STREAM read_files('${landing}/logs', format => 'text');
CREATE OR REFRESH STREAMING TABLE b26_parts
AS SELECT doc:a.b::INT AS b, get_json_object(doc, '$.who') AS who, value FROM STREAM b26_lines WHERE value RLIKE '^(INFO|WARN)';
