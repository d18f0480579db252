package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.ColumnUse;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Influence;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.spec.ColumnChoice;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.QueryText;
import io.lakebeam.spec.UpsertSpec;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.RowQuery;
import io.lakebeam.sql.UpsertQuery;
import io.lakebeam.sql.catalyst.RowOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Compiles tables whose rows follow from changes. */
final class UpsertCompiler {
  private final PipelineSpec spec;
  private final QueryAnalyzer analyzer;
  private final List<CompiledTable> tables;

  UpsertCompiler(PipelineSpec spec, QueryAnalyzer analyzer, List<CompiledTable> tables) {
    this.spec = spec;
    this.analyzer = analyzer;
    this.tables = tables;
  }

  CompiledUpsert compile(DatasetSpec dataset, DatasetSpec.UpsertTable declared)
      throws InvalidQueryException, InvalidDatasetException {
    UpsertSpec upsert = declared.upsert();
    CompiledTable changes =
        tables.stream()
            .filter(table -> table.name().equals(declared.changes()))
            .findFirst()
            .orElseThrow();
    checkNames(dataset.name(), upsert, changes.columns());
    TableSchema columns =
        new TableSchema(
            upsert.columns().of(changes.columns()).stream()
                .map(changes.columns().columns()::get)
                .toList());
    checkReserved(dataset.name(), upsert, columns);
    List<String> partitions = partitions(dataset, columns);
    List<Integer> keys = keys(dataset.name(), upsert, columns, partitions);
    // Queries of others read what is stored; this one reads the changes, under the table's name.
    analyzer.declare(dataset.name(), changes.columns().plus(HiddenColumns.STORED));
    for (QueryText expression : upsert.sequenceBy()) {
      sequence(dataset.name(), upsert, expression);
    }
    if (upsert.deleteWhen().isPresent()) {
      analyzer.check(upsert.deleteWhen().get(), changes.columns(), dataset.name());
    }
    Optional<RowQuery> truncations = Optional.empty();
    if (upsert.truncateWhen().isPresent()) {
      analyzer.check(upsert.truncateWhen().get(), changes.columns(), dataset.name());
      truncations = Optional.of(analyzer.rowQuery(truncations(dataset.name(), upsert, columns)));
    }
    RowQuery rows = analyzer.rowQuery(changes(dataset.name(), upsert, columns, partitions));
    List<Integer> others = UpsertQuery.others(columns, keys);
    UpsertQuery query =
        UpsertQuery.of(
            rows,
            truncations,
            changes.columns().plus(HiddenColumns.STORED),
            columns,
            keys,
            upsert.history().map(ColumnChoice::text).orElse(""),
            upsert.history().map(tracked -> among(tracked.of(columns), others)).orElse(List.of()),
            among(upsert.ignoreNulls().of(columns), others),
            upsert.tombstones());
    return new CompiledUpsert(
        dataset.name(),
        TablePaths.of(spec, dataset.name()),
        dataset.comment(),
        changes.name(),
        changes.path(),
        changes.storedSchema(),
        query,
        partitions,
        lineage(changes.name(), query, rows, truncations));
  }

  /** The queries name the table of changes by the name of the table that is updated. */
  private static Lineage lineage(
      String changes, UpsertQuery query, RowQuery rows, Optional<RowQuery> truncations) {
    List<List<ColumnUse>> given =
        rows.columns().names().stream().map(rows.lineage().columns()::get).toList();
    Map<String, List<ColumnUse>> columns = new LinkedHashMap<>();
    List<ColumnUse> decisive = new ArrayList<>();
    for (int i = 0; i < query.columns().names().size(); i++) {
      columns.put(query.columns().names().get(i), of(changes, given.get(i)));
    }
    List<ColumnUse> sequence = of(changes, given.get(query.sequenceAt()));
    query.sequences().forEach(name -> columns.put(name, sequence));
    for (int key : query.keys()) {
      for (ColumnUse use : of(changes, given.get(key))) {
        decisive.add(new ColumnUse(use.origin(), Influence.GROUP_BY, "upsert keys"));
      }
    }
    for (ColumnUse use : sequence) {
      decisive.add(new ColumnUse(use.origin(), Influence.SORT, "upsert sequence_by"));
    }
    for (ColumnUse use : of(changes, given.get(query.sequenceAt() + 1))) {
      decisive.add(new ColumnUse(use.origin(), Influence.FILTER, "upsert delete_when"));
    }
    for (ColumnUse use :
        of(changes, truncations.map(each -> each.lineage().rows()).orElse(List.of()))) {
      decisive.add(new ColumnUse(use.origin(), Influence.FILTER, "upsert truncate_when"));
    }
    return new Lineage(columns, decisive);
  }

  private static List<ColumnUse> of(String changes, List<ColumnUse> uses) {
    return uses.stream()
        .map(
            use ->
                new ColumnUse(
                    new ColumnOrigin(changes, use.origin().column()), use.influence(), use.by()))
        .toList();
  }

  private static List<Integer> among(List<Integer> chosen, List<Integer> others) {
    return chosen.stream().filter(others::contains).toList();
  }

  /** What is wrong with the columns that are named, of a table whose changes have these columns. */
  static void checkNames(String name, UpsertSpec upsert, TableSchema columns)
      throws InvalidDatasetException {
    List<Problem> problems = new ArrayList<>();
    missing(name, upsert, "keys", upsert.keys(), columns, problems);
    missing(name, upsert, "ignore_nulls", upsert.ignoreNulls().names(), columns, problems);
    missing(name, upsert, "columns", upsert.columns().names(), columns, problems);
    upsert
        .history()
        .ifPresent(tracked -> missing(name, upsert, "history", tracked.names(), columns, problems));
    if (!problems.isEmpty()) {
      throw new InvalidDatasetException(problems);
    }
  }

  private static void missing(
      String name,
      UpsertSpec upsert,
      String what,
      List<String> named,
      TableSchema columns,
      List<Problem> problems) {
    for (String column : named) {
      if (columns.column(column).isEmpty()) {
        problems.add(
            new Problem(
                upsert.at(),
                what + " of " + name + " names " + column + ", which its flows do not give",
                "they give " + String.join(", ", columns.names()),
                "select it, or name another column"));
      }
    }
  }

  private static void checkReserved(String name, UpsertSpec upsert, TableSchema columns)
      throws InvalidDatasetException {
    List<Problem> problems = new ArrayList<>();
    for (String reserved : UpsertQuery.reserved()) {
      columns
          .column(reserved)
          .ifPresent(
              column ->
                  problems.add(
                      new Problem(
                          upsert.at(),
                          name + " cannot have the column " + column.name(),
                          "a table that is updated has a column of that name of its own",
                          "give it another name with AS, or leave it out by columns:")));
    }
    if (!problems.isEmpty()) {
      throw new InvalidDatasetException(problems);
    }
  }

  /** Where the keys stand; those that the table is partitioned by first. */
  private static List<Integer> keys(
      String name, UpsertSpec upsert, TableSchema columns, List<String> partitions)
      throws InvalidDatasetException {
    List<String> names = columns.names().stream().map(UpsertCompiler::lower).toList();
    List<Integer> keys = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (String partition : partitions) {
      if (upsert.keys().stream().anyMatch(partition::equalsIgnoreCase)) {
        keys.add(names.indexOf(lower(partition)));
      }
    }
    // Files are sorted by the keys, in whichever order they are declared.
    for (String key : upsert.keys().stream().sorted(String.CASE_INSENSITIVE_ORDER).toList()) {
      int at = names.indexOf(lower(key));
      if (at < 0) {
        problems.add(
            new Problem(
                upsert.at(),
                "columns of " + name + " leave out its key " + key,
                "rows are told apart by their keys",
                "take " + key + " among the columns"));
      } else if (!RowOrder.isOrdered(columns.columns().get(at))) {
        problems.add(
            new Problem(
                upsert.at(),
                key + " cannot be a key of " + name,
                "it is a " + columns.columns().get(at).type().sql() + ", which has no order",
                "name a column of another type"));
      } else if (!keys.contains(at)) {
        keys.add(at);
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidDatasetException(problems);
    }
    return keys;
  }

  private static List<String> partitions(DatasetSpec dataset, TableSchema columns)
      throws InvalidDatasetException {
    List<String> partitions = new ArrayList<>();
    for (String name : dataset.partitionBy()) {
      Optional<Column> column = columns.column(name);
      boolean isPossible =
          column
              .filter(each -> each.type() instanceof DataType.Primitive)
              .filter(each -> each.type() != DataType.Primitive.BINARY)
              .isPresent();
      if (!isPossible) {
        throw new InvalidDatasetException(
            new Problem(
                dataset.at(),
                dataset.name() + " cannot be partitioned by " + name,
                column.map(each -> "it is a " + each.type().sql()).orElse("it has no such column"),
                "choose a column with few values, for instance a DATE"));
      }
      partitions.add(column.get().name());
    }
    return partitions;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void sequence(String name, UpsertSpec upsert, QueryText expression)
      throws InvalidQueryException, InvalidDatasetException {
    RowQuery query = analyzer.rowQuery(selected(expression, name));
    Column column = query.columns().columns().get(0);
    if (!RowOrder.isOrdered(column)) {
      throw new InvalidDatasetException(
          new Problem(
              expression.at(1, 1),
              "changes of " + name + " cannot be ordered by this",
              "it is a " + column.type().sql() + ", which has no order",
              "name a time or a number that grows"));
    }
  }

  /** A query for an expression, whose places are those of the expression in its file. */
  private static QueryText selected(QueryText expression, String relation) {
    return new QueryText(
        expression.file(),
        selected(expression.sql(), relation),
        selected(expression.original(), relation));
  }

  private static String selected(String sql, String relation) {
    int start = sql.length() - sql.stripLeading().length();
    int line = sql.lastIndexOf('\n', start);
    String before = line < 0 ? "" : sql.substring(0, line);
    return before
        + "SELECT\n"
        + sql.substring(line + 1)
        + "\n AS sequence FROM "
        + QueryAnalyzer.quoted(relation);
  }

  /** A query for changes: the columns, the sequence, and whether the row is deleted. */
  private static QueryText changes(
      String name, UpsertSpec upsert, TableSchema columns, List<String> partitions) {
    String all =
        columns.columns().stream()
            .map(column -> selected(column, partitions))
            .collect(Collectors.joining(", "));
    String deleted =
        upsert
            .deleteWhen()
            .map(rule -> "COALESCE((" + rule.condition() + "), FALSE)")
            .orElse("FALSE");
    String sql =
        String.format(
            Locale.ROOT,
            "SELECT %s, (%s) AS %s, %s AS %s FROM %s WHERE (%s)%s",
            all,
            sequence(upsert),
            unlike("lakebeam_sequence", columns),
            deleted,
            unlike("lakebeam_deleted", columns),
            QueryAnalyzer.quoted(name),
            // A truncation without a key, which is none any more as it is declared now.
            upsert.keyIsKnown(partitions),
            upsert
                .truncateWhen()
                .map(rule -> " AND (" + rule.condition() + ") IS NOT TRUE")
                .orElse(""));
    return new QueryText(upsert.at().file(), sql, sql);
  }

  /** A query for the sequence of each change of all rows. */
  private static QueryText truncations(String name, UpsertSpec upsert, TableSchema columns) {
    String sql =
        String.format(
            Locale.ROOT,
            "SELECT (%s) AS %s FROM %s WHERE (%s) IS TRUE",
            sequence(upsert),
            unlike("lakebeam_sequence", columns),
            QueryAnalyzer.quoted(name),
            upsert.truncateWhen().orElseThrow().condition());
    return new QueryText(upsert.at().file(), sql, sql);
  }

  /** The expression that changes are ordered by: a struct of several. */
  private static String sequence(UpsertSpec upsert) {
    List<String> sequence = upsert.sequenceBy().stream().map(each -> each.sql().strip()).toList();
    return sequence.size() == 1
        ? sequence.get(0)
        : IntStream.range(0, sequence.size())
            .mapToObj(i -> "'" + field(sequence, i) + "', " + sequence.get(i))
            .collect(Collectors.joining(", ", "named_struct(", ")"));
  }

  /** The partition of an empty text is that of NULL, in every Delta table. */
  private static String selected(Column column, List<String> partitions) {
    String name = QueryAnalyzer.quoted(column.name());
    return column.type() == DataType.Primitive.STRING && partitions.contains(column.name())
        ? "NULLIF(" + name + ", '') AS " + name
        : name;
  }

  /** A sequence of several expressions has a field of each: by its name, where it is a column. */
  private static String field(List<String> expressions, int i) {
    String expression = expressions.get(i).replace("`", "");
    boolean isName = expression.matches("[A-Za-z_][A-Za-z0-9_]*");
    return isName ? expression : "_" + (i + 1);
  }

  private static String unlike(String name, TableSchema columns) {
    String unlike = name;
    while (columns.column(unlike).isPresent()) {
      unlike += "_";
    }
    return unlike;
  }
}
