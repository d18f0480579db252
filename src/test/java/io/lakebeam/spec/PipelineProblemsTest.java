package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake by its exact words and place: {@code line:column problem | cause | fix}. */
class PipelineProblemsTest {
  @TempDir Path dir;

  static Stream<Arguments> mistakes() {
    return Stream.of(
        // the file as YAML
        mistake("", "pipelines/p/pipeline.yaml the file is empty |  | "),
        mistake(
            "a: b: c\n",
            "1:5 this is not YAML: mapping values are not allowed here |  | put a value that"
                + " holds ': ' in quotes, and check the indentation of this line"),
        mistake(
            "a:\n\t- b\n",
            "2:1 this is not YAML: found character '\\t(TAB)' that cannot start any token. |"
                + " while scanning for the next token | indent with blanks,"
                + " not with tabs"),
        mistake(
            "a: {x: ${LANDING:-y}/*.csv}\n",
            "1:9 this is not YAML: expected ',' or '}', but got { | while parsing a flow mapping"
                + " that starts in line 1 | inside { } and [ ], put a value that holds ${...} or"
                + " a comma in quotes"),
        mistake(
            "a: *.csv\n",
            "1:5 this is not YAML: unexpected character found .(46) | while scanning an alias that"
                + " starts in line 1 | put a value that starts with * or & in quotes"),
        mistake(
            "a: b\n---\nc: d\n",
            "2:1 this is not YAML: expected a single document in the stream, but found another"
                + " document |  | keep one document a file, without ---"),
        mistake(
            "!!java.net.URL [a]\n",
            "1:1 this is not YAML: Global tag is not allowed: tag:yaml.org,2002:java.net.URL |  |"
                + " leave the tag out"),
        mistake(
            "a: \u0001\n", "1:4 the character U+0001 may not stand in a YAML file |  | remove it"),
        mistake("- x\n", "1:1 the file takes a pipeline, not a list |  | "),
        good(
            "description: !mine x\n",
            "6:14 the tag !mine is not known | values are text, numbers, true, false, lists and"
                + " mappings | leave the tag out"),
        good(
            "parameters: &x {a: *x}\n",
            "6:13 an alias stands inside of what it names | it would never end | "),
        good(
            "pipeline: q\n",
            "6:1 the key pipeline stands twice | it stands at pipelines/p/pipeline.yaml:1:1"
                + " already | leave one of them out, or rename it"),
        // top level
        good(
            "descripton: x\n",
            "6:1 there is no key descripton in the file |  | did you mean description? the keys"
                + " here are pipeline, description, lake, storage, commit_every,"
                + " max_rows_per_epoch, quarantine, parameters, functions, dlt_sql, sources, datasets,"
                + " sinks, notify, open_lineage"),
        good(
            "lake:\n",
            "6:6 lake takes a path or a URI, not nothing |  | write for example lake:"
                + " ${LAKE:-./lake}"),
        good(
            "lake: ''\n",
            "6:7 lake is empty | it takes a path or a URI | write for example lake:"
                + " ${LAKE:-./lake}"),
        good(
            "lake: ~/lake\n",
            "6:7 a path may not start with ~ | only a shell knows what ~ is |"
                + " write ${HOME}/lake"),
        good(
            "commit_every: 10 seconds\n",
            "6:15 commit_every takes a duration in ms, s, m or h, not '10 seconds' |  | write for"
                + " example commit_every: 10s"),
        good(
            "commit_every: 10\n",
            "6:15 commit_every takes a duration in ms, s, m or h, not '10' |  | write for example"
                + " commit_every: 10s"),
        good(
            "commit_every: 0s\n",
            "6:15 commit_every must be longer than nothing | an epoch a moment writes a file a"
                + " moment | write for example commit_every: 10s"),
        good(
            "max_rows_per_epoch: many\n",
            "6:21 max_rows_per_epoch takes a whole number from 1 on, not 'many' |  | write for"
                + " example max_rows_per_epoch: 1000000"),
        good(
            "max_rows_per_epoch: 99999999999999999999\n",
            "6:21 max_rows_per_epoch takes a whole number from 1 on, not '99999999999999999999' |"
                + "  | write for example max_rows_per_epoch: 1000000"),
        good(
            "parameters: {report-year: 1}\n",
            "6:14 a parameter may not be named report-year | names are made of letters, digits and"
                + " _, and start with a letter | rename it, for example to report_year"),
        good(
            "functions: {F: not a class}\n",
            "6:16 functions.F takes a Java class with its package, not 'not a class' |  | write for"
                + " example F: com.acme.MyTransform"),
        good(
            "functions: {F: {returns: INT}}\n",
            "6:13 the key class is missing in functions.F |  | add class"),
        good(
            "functions: {F: {class: a.B, returns: INTT}}\n",
            "6:38 there is no type INTT |  | did you mean INT? a type is BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT,"
                + " DOUBLE, DECIMAL(p,s), STRING, BINARY, DATE, TIMESTAMP, ARRAY<type>, MAP<key,"
                + " value> or STRUCT<name: type, ...>"),
        // references
        good(
            "parameters: {report_year: 1}\ndescription: |\n  one\n  two ${report_yer}\n",
            "9:7 ${report_yer} is not set | there is neither a parameter nor an environment"
                + " variable report_yer | did you mean report_year? export report_yer=..., add it to"
                + " parameters, add --set report_yer=... to the command, or write"
                + " ${report_yer:-default}"),
        good(
            "description: 'x ${a b}'\n",
            "6:17 what follows ${ is not a name closed by } | ${NAME} and ${NAME:-default} are"
                + " replaced by a parameter or the environment | write ${NAME}, or $${ for a ${"
                + " that is meant as it stands"),
        good(
            "description: ${TWO_LINES}\n",
            "6:14 the value of ${TWO_LINES} holds a line break | a replaced value must not move the"
                + " lines of the file it stands in | set it to a single line"),
        // sources
        source(
            "{format: json, schema: id INT}",
            "3:3 one of event_hubs, kafka, files, reference is missing in sources.s |  | add one of"
                + " them"),
        source(
            "{files: x, reference: y, format: json, schema: id INT}",
            "3:17 files and reference exclude each other | sources.s has exactly one of event_hubs,"
                + " kafka, files, reference | leave one of them out"),
        source(
            "{files: x}",
            "3:3 the key format is missing in sources.s |  | add format: json, csv, text, parquet,"
                + " avro, or a mapping such as {csv: {...}}",
            "3:3 the key schema is missing in sources.s |  | add schema: a schema such as \"id"
                + " BIGINT NOT NULL, name STRING\""),
        source(
            "{files: x, format: jsn, schema: id INT}",
            "3:25 sources.s.format cannot be 'jsn' |  | did you mean json? it is one of json, csv,"
                + " text, parquet, avro"),
        source(
            "{files: x, format: {csv: {delimiter: ';;'}}, schema: id INT}",
            "3:43 sources.s.format.csv.delimiter takes one character, not ';;' |  | write for"
                + " example delimiter: \";\""),
        source(
            "{files: x, format: {csv: {delimiter: '\"'}}, schema: id INT}",
            "3:31 delimiter and quote are the same character |  | change one of them"),
        source(
            "{files: x, format: {csv: {escape: ab, comment: \u00a7, quote: ''}}, schema: id INT}",
            "3:40 sources.s.format.csv.escape takes one character, or \"\" for none, not 'ab' |  |"
                + " write for example escape: '\\'",
            "3:53 comment cannot be \u00a7 | it is looked for before the text is decoded | choose a"
                + " character of ASCII"),
        source(
            "{files: x, format: {csv: {escape: ',', encoding: Shift_JIS}}, schema: id INT}",
            "3:31 delimiter and escape are the same character |  | change one of them",
            "3:40 escape cannot be used with encoding Shift_JIS | a part of another character may"
                + " look like it | convert the files to UTF-8"),
        source(
            "{files: x, format: {csv: {skip_lines: -1}}, schema: id INT}",
            "3:44 sources.s.format.csv.skip_lines takes a whole number from 0 to 1000000, not '-1' |"
                + "  | write for example skip_lines: 2"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t}, format: {csv: {comment: '#', skip_lines:"
                + " 1}}, schema: a INT}",
            "3:72 a topic's messages have no comment | each message is one record, and none is a"
                + " comment | leave it out",
            "3:89 a topic's messages have no skip_lines | each message is one record | leave it"
                + " out"),
        source(
            "{files: x, format: {json: {strings: keep}, csv: {}}, schema: id INT}",
            "3:42 sources.s.format.json.strings cannot be 'keep' |  | it is one of only_strings,"
                + " keep_json",
            "3:49 json and csv exclude each other | sources.s.format has exactly one of json, csv,"
                + " avro, protobuf | leave one of them out"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t}, format: {json: {multi_line: true}}, schema: a"
                + " INT}",
            "3:76 a topic's messages have no multi_line | each message is one JSON object, over as"
                + " many lines as it likes | leave multi_line out"),
        source(
            "{files: x, format: json, schema: 'id INT, b INT', rename: {ID: idd, 'x y': b, z: b}}",
            "3:69 the schema has no column idd | rename gives, for a name in the data, the column"
                + " that it becomes | did you mean id? name a column of the schema",
            "3:84 the column b has two names in rename | it is read from x y already | leave one of"
                + " them out"),
        source(
            "{files: x, format: json, schema: 'id INT, b INT', rename: {b: id, '': b, c: [b]}}",
            "3:64 id and b are both read from b | a field becomes one column | rename the other one"
                + " as well, or leave it out of the schema",
            "3:72 a name in the data may not be empty | fields without a name are kept in _rescued |"
                + " leave it out",
            "3:82 sources.s.rename.c takes a name, not a list |  | write for example c: flights"),
        source(
            "{files: x, format: {csv: {header: false}}, schema: id INT, rename: {a: id}}",
            "3:73 there is nothing to rename | records of this format have no names; the schema's"
                + " order counts | leave rename out, and name the columns in the schema as you"
                + " like"),
        source(
            "{files: x, format: json, schema: 'id INT, `Order ID` INT, s STRUCT<`a b`: INT>'}",
            "3:48 a column may not be named 'Order ID' | Delta refuses empty names and the"
                + " characters blank , ; { } ( ) = tab and line break | name it Order_ID here; when"
                + " the data calls it so, add rename: {\"Order ID\": Order_ID} beside the schema",
            "3:73 a column may not be named 'a b' | Delta refuses empty names and the characters"
                + " blank , ; { } ( ) = tab and line break | leave it out, then it is kept in"
                + " _rescued; or declare the whole struct as a STRING with format: {json: {strings:"
                + " keep_json}}"),
        source(
            "{files: x, format: {csv: {encoding: UTF-9}}, schema: id INT}",
            "3:42 there is no character set UTF-9 |  | write for example UTF-8, ISO-8859-1 or"
                + " windows-1252"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t}, format: {csv: {header: true}}, schema: a"
                + " INT}",
            "3:71 a topic's messages have no header | each message is one record; its fields are"
                + " those of the schema, in order | leave header out"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t}, format: parquet, schema: a INT}",
            "3:56 a topic's messages cannot be parquet | Parquet is a format of files | write json,"
                + " csv, text, {avro: {schema: ...}} or {protobuf: {...}}"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t}, format: avro, schema: a INT}",
            "3:56 messages of Avro need their schema | they do not hold it, as files do | write"
                + " {avro: {schema: order.avsc}} with the file of the schema"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t}, format: {avro: {schema: f.avsc, body: json}},"
                + " schema: a INT}",
            "3:86 a topic's messages have no body | files of Event Hubs Capture have one | leave"
                + " body out",
            "3:72 there is no file f.avsc | looked for f.avsc | create it, or name a file relative"
                + " to this folder"),
        source(
            "{files: x, format: {avro: {schema: f.avsc, framing: confluent}}, schema: a INT}",
            "3:58 files have no framing | it is what a schema registry puts before each message |"
                + " leave framing out",
            "3:41 files of Avro need no schema | each holds the one that it was written with | leave"
                + " schema out"),
        source(
            "{files: x, format: {avro: {body: parquet}}, schema: a INT}",
            "3:39 a topic's messages cannot be parquet | Parquet is a format of files | write json,"
                + " csv, text, {avro: {schema: ...}} or {protobuf: {...}}"),
        source(
            "{files: x, format: {protobuf: {descriptor: o.desc, message: a.B}}, schema: a INT}",
            "3:36 files cannot be protobuf | nothing in them says where a message ends | read the"
                + " messages from their topic, or from its capture with {avro: {body: ...}}"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t}, format: {protobuf: {descriptor: o.desc}},"
                + " schema: a INT}",
            "3:57 the key message is missing in sources.s.format.protobuf |  | add message: the type"
                + " of the messages, with its package",
            "3:80 there is no file o.desc | looked for o.desc | create it, or name a file relative"
                + " to this folder"),
        source(
            "{files: x, format: text, schema: 'a INT'}",
            "3:39 the format text takes one column, not a INT | a record is taken as it is, in a"
                + " single STRING or BINARY | write for example: line STRING"),
        source(
            "{files: x, new_fields: fail, format: text, schema: a STRING}",
            "3:29 new_fields is for sources whose records have fields, and that are read as they grow"
                + " | a record of the format text is taken as it is | leave it out"),
        source(
            "{files: x, new_fields: add_columns, format: {csv: {header: false}}, schema: a STRING}",
            "3:29 new_fields: add_columns is for records whose fields have names | without a header,"
                + " which messages never have, the fields of csv are those of the schema in its"
                + " order | leave it out"),
        source(
            "{kafka: {bootstrap_servers: 'a:1', topic: t}, starting_offsets: lastest, format: json,"
                + " schema: a INT}",
            "3:70 starting_offsets is earliest, latest or a time, not lastest | a time says where it"
                + " is in the world: 2026-01-31T00:00:00Z or 2026-01-31T01:00:00+01:00 | did you mean"
                + " latest? write one of these"),
        source(
            "{files: x, starting_offsets: latest, format: json, schema: a INT}",
            "3:35 files have no starting_offsets | they are for event_hubs and kafka; files are all"
                + " read, each once | leave it out"),
        source(
            "{reference: x, bad_files: set_aside, format: json, schema: a INT}",
            "3:32 bad_files is for files that are read as they land | a topic has no files, and a"
                + " reference table without one of its files would give wrong answers | leave it"
                + " out"),
        source(
            "{reference: x, after_read: delete, format: json, schema: a INT}",
            "3:33 after_read is for files that are read as they land | a topic has no files, and a"
                + " reference table is read whole, each time anew | leave it out"),
        source(
            "{files: 'in/*', remember: 30m, format: json, schema: a INT}",
            "3:32 files cannot be remembered for 30m | one that is forgotten before it has settled"
                + " would never be read, and one hour is the least | write for example 90d"),
        source(
            "{files: '/in/*', after_read: {move: /in/done}, format: json, schema: a INT}",
            "3:42 files cannot be moved to /in/done | it is below /in, from where they would be"
                + " read again | name a folder beside it; or one whose name begins with _, which is"
                + " passed over"),
        source(
            "{event_hubs: {namespace: n, event_hub: e}, format: json, schema: a INT}",
            "3:19 the event hub has no way to sign in | there is neither a connection_string nor"
                + " auth, nor a sasl.mechanism among the properties | add connection_string:"
                + " \"${EVENTHUBS_CONNECTION_STRING}\""),
        source(
            "{kafka: {bootstrap_servers: h, topic: ''}, format: json, schema: a INT}",
            "3:44 sources.s.kafka.topic is empty | it takes the topic's name | write for example topic:"
                + " flights"),
        source(
            "{event_hubs: {namespace: n, event_hub: '', auth: {managed_identity: {}}}, format: json,"
                + " schema: a INT}",
            "3:45 sources.s.event_hubs.event_hub is empty | it takes the event hub's name | write for"
                + " example event_hub: flights"),
        source(
            "{event_hubs: {auth: {managed_identity: {}}}, format: json, schema: a INT}",
            "3:19 the event hub's namespace is missing | only a connection_string can tell it | add"
                + " namespace: contoso-flights",
            "3:19 the event hub's event_hub is missing | only a connection_string can tell it | add"
                + " event_hub: flights",
            "3:26 nothing says which namespace a token is for | Entra ID gives tokens for"
                + " https://<namespace host>/.default | add the namespace, or scope to auth"),
        source(
            "{event_hubs: {namespace: 'sb://n/', event_hub: e, connection_string: '${C}'}, format:"
                + " json, schema: a INT}",
            "3:31 the namespace is neither a name nor a host | it is the namespace's name, its"
                + " host, or host:port, without sb:// or a path | write for example contoso or"
                + " contoso.servicebus.windows.net"),
        source(
            "{event_hubs: {namespace: n, event_hub: e, connection_string: '${C}', auth:"
                + " {managed_identity: {}}}, format: json, schema: a INT}",
            "3:81 connection_string and auth exclude each other | a source signs in in one way |"
                + " leave one of them out"),
        source(
            "{event_hubs: {namespace: n, event_hub: e, auth: {}}, format: json, schema: a INT}",
            "3:48 one of client_credentials, managed_identity is missing in"
                + " sources.s.event_hubs.auth |  | add one of them"),
        source(
            "{event_hubs: {namespace: n, event_hub: e, auth: {client_credentials: {tenant: t,"
                + " client_id: c, client_secret: hunter2, authority: 'http://x'}}}, format: json,"
                + " schema: a INT}",
            "3:116 client_secret holds a secret that is written out | whoever can read this file can"
                + " use it | write ${CLIENT_SECRET} and set it in the environment; change the secret"
                + " if the file was shared",
            "3:136 authority is no https URL | tokens and secrets travel over it | write for example"
                + " authority: https://login.microsoftonline.com"),
        source(
            "{kafka: {bootstrap_servers: h, topic: t, properties: {auto.offset.reset: none}},"
                + " format: json, schema: a INT}",
            "3:60 auto.offset.reset is set by Lakebeam | a run reads planned offset ranges; this"
                + " would change what they mean | use starting_offsets"),
        source(
            "{files: x, format: json, schema: 'id BIGINT, at TIMESTAMPS'}",
            "3:54 there is no type TIMESTAMPS |  | did you mean TIMESTAMP? a type is BOOLEAN, TINYINT, SMALLINT, INT,"
                + " BIGINT, FLOAT, DOUBLE, DECIMAL(p,s), STRING, BINARY, DATE, TIMESTAMP,"
                + " ARRAY<type>, MAP<key, value> or STRUCT<name: type, ...>"),
        source(
            "{files: x, format: json, schema: ' '}",
            "3:39 the schema has no columns |  | write for example: id BIGINT, name STRING"),
        // names
        mistake(
            InlineProject.GOOD.replace("events:", "a_quarantine:").replace("bronze:", "Event_Log:"),
            "3:3 a source may not be named a_quarantine | a table's quarantine is named after it:"
                + " <table>_quarantine | rename it",
            "5:3 a dataset may not be named Event_Log | every lake has a table event_log already:"
                + " the pipeline's own | rename it"),
        mistake(
            InlineProject.GOOD.replace("events:", "_events:").replace("bronze:", "1 bronze:"),
            "3:3 a source may not be named _events | names that start with _ belong to Lakebeam |"
                + " rename it",
            "5:3 a dataset may not be named 1 bronze | names are made of letters, digits and _, and"
                + " start with a letter | rename it, for example to n1_bronze"),
        mistake(
            InlineProject.GOOD.replace("bronze:", "Events:"),
            "5:3 the name Events is taken | it stands at pipelines/p/pipeline.yaml:3:3 already, and"
                + " names must differ when case is ignored | rename this dataset or the other"),
        // datasets
        dataset(
            "{layer: glod, view: f.sql}",
            "5:14 datasets.d.layer cannot be 'glod' |  | did you mean gold? it is one of bronze,"
                + " silver, gold"),
        dataset(
            "{}",
            "5:3 one of streaming_table, materialized_view, view is missing in datasets.d |  | add"
                + " one of them"),
        dataset(
            "{view: f.sql, partition_by: [a]}",
            "5:34 a view has no partition_by | it is not stored | leave it out, or make it a"
                + " materialized_view"),
        dataset(
            "{materialized_view: f.sql, partition_by: [a, A]}",
            "5:51 the name A is taken | it stands at pipelines/p/pipeline.yaml:5:48 already, and"
                + " names must differ when case is ignored | rename this column or the other"),
        dataset(
            "{view: nowhere.sql}",
            "5:13 there is no file nowhere.sql | looked for nowhere.sql | create it, or name a file relative to"
                + " this folder"),
        dataset(
            "{view: fligths.sql}",
            "5:13 there is no file fligths.sql | looked for fligths.sql | did you mean"
                + " transforms/p/flights.sql?"),
        dataset(
            "{view: transforms}",
            "5:13 transforms is a folder, not a file | looked for transforms | create it, or name a"
                + " file relative to this folder"),
        dataset(
            "{view: SELECT 1}",
            "5:13 a query stands where a file is expected | a text alone is the path of a .sql file"
                + " | write {sql: \"SELECT ...\"}, or put the query into a file"),
        dataset("{view: empty.sql}", "empty.sql there is no query in here |  | write one SELECT"),
        dataset(
            "{view: latin.sql}",
            "latin.sql the file is not UTF-8 |  | save it with the encoding UTF-8"),
        dataset(
            "{view: unset.sql}",
            "unset.sql:2:6 ${TABLE} is not set | there is neither a parameter nor an environment"
                + " variable TABLE | export TABLE=..., add it to parameters, add --set TABLE=... to the"
                + " command, or write ${TABLE:-default}"),
        dataset(
            "{view: {sq: SELECT 1}}",
            "5:14 there is no key sq in datasets.d.view |  | did you mean sql? the keys here are"
                + " sql",
            "5:7 the key sql is missing in datasets.d.view |  | add sql: a SELECT"),
        dataset(
            "{streaming_table: {flows: []}}",
            "5:32 datasets.d.streaming_table.flows is empty | it takes a list of flows | write for"
                + " example flows: [transforms/flights.sql, {from: reports}]"),
        dataset(
            "{streaming_table: {flows: [{from: [s]}]}}",
            "5:40 a flow without a transform copies from one source, not from a list |  | write a"
                + " flow for each: flows: [{from: a}, {from: b}]"),
        dataset(
            "{streaming_table: {transform: a.B}}",
            "5:25 transform needs from beside it |  | add from"),
        dataset(
            "{streaming_table: {flows: [{from: s, sql: SELECT 1}]}}",
            "5:43 from and sql exclude each other | datasets.d.streaming_table.flows[1] has exactly"
                + " one of sql, transform, from | leave one of them out"),
        dataset(
            "{streaming_table: {flows: [3]}}",
            "5:33 datasets.d.streaming_table.flows[1] takes a .sql file, {from: source}, {sql:"
                + " \"SELECT ...\"} or {transform: class, from: [...]}, not '3' |  | write for"
                + " example transforms/flights.sql"),
        dataset(
            "{view: f.sql, expect: rules.yml}",
            "5:28 there is no file rules.yml | looked for rules.yml | did you mean"
                + " expectations/p/rules.yaml?"),
        dataset(
            "{view: f.sql, expect: expectations/p/rules.yaml}",
            "expectations/p/rules.yaml:1:36 a.on_violation cannot be 'quarantaine' |  | did you mean"
                + " quarantine? it is one of warn, drop, quarantine, fail",
            "expectations/p/rules.yaml:2:1 the name A is taken | it stands at"
                + " expectations/p/rules.yaml:1:1 already, and names must differ when case is"
                + " ignored | rename this rule or the other",
            "expectations/p/rules.yaml:3:4 b takes a condition or {expect: \"...\", on_violation:"
                + " ...}, not '3' |  | write for example b: \"distance_miles > 0\""),
        dataset(
            "{view: f.sql, expect: {r: {on_violation: drop}, q: {expect: x, null_passes: yes}}}",
            "5:29 the key expect is missing in datasets.d.expect.r |  | add expect: a SQL"
                + " condition",
            "5:82 datasets.d.expect.q.null_passes takes true or false, not 'yes' |  | write for"
                + " example null_passes: true"));
  }

  private static Arguments mistake(String yaml, String... told) {
    return Arguments.of(yaml, List.of(told));
  }

  /** A line behind the good pipeline, from line 6 on. */
  private static Arguments good(String line, String... told) {
    return mistake(InlineProject.GOOD + line, told);
  }

  /** A source in line 3. */
  private static Arguments source(String source, String... told) {
    return mistake(
        "pipeline: p\nsources:\n  s: " + source + "\ndatasets: {d: {view: f.sql}}\n", told);
  }

  /** A dataset in line 5. */
  private static Arguments dataset(String dataset, String... told) {
    return mistake(
        "pipeline: p\nsources:\n  s: {files: x, format: json, schema: id INT}\ndatasets:\n  d: "
            + dataset
            + "\n",
        told);
  }

  private InlineProject project() {
    return new InlineProject(dir)
        .environment("TWO_LINES", "a\nb")
        .file("f.sql", "SELECT 1")
        .file("transforms/p/flights.sql", "SELECT 1")
        .file("empty.sql", "-- nothing\n/* at\nall */\n")
        .file("latin.sql", "SELECT 'é'".getBytes(StandardCharsets.ISO_8859_1))
        .file("unset.sql", "SELECT 1\nFROM ${TABLE}\n")
        .file(
            "expectations/p/rules.yaml",
            "a: {expect: 'x > 0', on_violation: quarantaine}\nA: x > 1\nb: 3\n");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void tells(String yaml, List<String> told) {
    assertEquals(
        told.stream().sorted().toList(),
        project().pipeline(yaml).told().stream().sorted().toList());
  }

  @Test
  void allMistakesOfAProjectAreToldAtOnceInTheOrderOfItsFiles() {
    InlineProject project =
        project()
            .pipeline(
                """
                pipeline: P
                sources:
                  a: {files: x, format: jsn, schema: id BIGNT}
                  b: {files: x, format: json, schema: 'id INT, _y INT, z VARCHAR(3)'}
                datasets:
                  c: {layer: tin, view: unset.sql}
                  d: {view: {sql: "SELECT ${NOPE}"}, expect: expectations/p/rules.yaml}
                """);
    List<String> places = new ArrayList<>();
    project.problems().forEach(problem -> places.add(problem.at().toString()));
    String file = "pipelines/p/pipeline.yaml:";
    assertEquals(
        List.of(
            file + "1:11",
            file + "3:25",
            file + "3:41",
            file + "4:48",
            file + "4:58",
            file + "6:14",
            file + "7:27",
            "unset.sql:2:6",
            "expectations/p/rules.yaml:1:36",
            "expectations/p/rules.yaml:2:1",
            "expectations/p/rules.yaml:3:4"),
        places);
  }

  @Test
  void errorsInASchemaAreFoundInEveryStyleOfScalar() {
    String text = "id BIGINT,\n%1$sat DATES,\n%1$sname STRING";
    for (String start : List.of("|\n", ">\n", ">-\n", "", "'", "\"")) {
      String blanks = "      ";
      String end = start.equals("'") || start.equals("\"") ? start : "";
      String ddl = (start.endsWith("\n") ? blanks : "") + text.formatted(blanks);
      String yaml =
          "pipeline: p\nsources:\n  s:\n    files: x\n    format: json\n    schema: "
              + start
              + ddl
              + end
              + "\ndatasets: {d: {view: f.sql}}\n";
      String at = start.endsWith("\n") ? "8:10" : "7:10";
      List<String> told = project().pipeline(yaml).told();
      assertEquals(1, told.size(), yaml);
      assertTrue(told.get(0).startsWith(at + " there is no type DATES"), told + "\n" + yaml);
    }
    // Escapes move columns; the line of the value's start stays right.
    String escaped = "schema: \"id BIGINT,\\n at DATES\"";
    List<String> told =
        project()
            .pipeline(
                "pipeline: p\nsources:\n  s:\n    files: x\n    format: json\n    "
                    + escaped
                    + "\ndatasets: {d: {view: f.sql}}\n")
            .told();
    assertTrue(told.get(0).matches("[67]:\\d+ there is no type DATES.*"), told.toString());
  }

  @Test
  void anOverrideThatNothingRefersToIsATypo() {
    assertEquals(
        List.of(
            "pipelines/p/pipeline.yaml there is no parameter report_yaer | a value was given for it"
                + " with --set, and nothing in the pipeline refers to it | did you mean"
                + " report_year? the parameters are report_year"),
        new InlineProject(dir)
            .pipeline(InlineProject.GOOD + "parameters: {report_year: 2026}\n")
            .set("report_yaer", "2025")
            .told());
  }

  @Test
  void anOverriddenDefaultIsNotAskedFor() {
    String yaml = InlineProject.GOOD + "parameters: {year: \"${YEAR}\"}\ndescription: y${year}\n";
    assertEquals("y5", new InlineProject(dir).pipeline(yaml).set("year", "5").read().description());
    assertEquals(1, new InlineProject(dir).pipeline(yaml).told().size());
  }

  @Test
  void aliasesThatUnfoldWithoutEndAreStopped() {
    StringBuilder yaml = new StringBuilder(InlineProject.GOOD).append("a0: &a0 [x, x, x, x]\n");
    for (int i = 1; i < 20; i++) {
      String below = "*a" + (i - 1);
      yaml.append("a%1$d: &a%1$d [%2$s, %2$s]\n".formatted(i, below));
    }
    assertTrue(
        new InlineProject(dir)
            .pipeline(yaml.toString()).told().stream()
                .anyMatch(told -> told.contains("aliases unfold to more than 100000 values")));
  }
}
