package io.lakebeam.spec.dlt;

import io.lakebeam.graph.NearestName;
import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a flow of a query, and sources of what it reads besides tables. */
final class DltFlow {
  private final DltTree tree;
  private final Create create;
  private final DltQuery query;
  private final String name;
  private final Map<DltQuery.Relation, String> by = new HashMap<>();
  private final Map<DltQuery.Call, String> calls = new HashMap<>();
  private boolean whole = true;

  /**
   * Of a query.
   *
   * @param create the table that it adds rows to
   * @param name of the flow, or of the table whose only flow it is
   */
  DltFlow(DltTree tree, Create create, DltQuery query, String name) {
    this.tree = tree;
    this.create = create;
    this.query = query;
    this.name = name;
  }

  /** The flow; empty when a problem says why. */
  Optional<YamlNode> read() {
    for (DltQuery.Relation relation : query.relations()) {
      if (relation instanceof DltQuery.Named named) {
        named(named).ifPresent(table -> by.put(relation, table));
      } else if (relation instanceof DltQuery.Read read) {
        source(read).ifPresent(table -> by.put(relation, relation(read, table)));
      }
    }
    if (!whole) {
      return Optional.empty();
    }
    Piece sql = query.rewritten(relation -> Optional.ofNullable(by.get(relation)));
    tree.written(sql, query.written(relation -> Optional.ofNullable(by.get(relation))));
    DltNodes.Builder flow = new DltNodes.Builder(query.text().at());
    Optional<String> copied = query.shape().isSelectAll() ? copied() : Optional.empty();
    return Optional.of(
        copied
            .map(source -> flow.put("from", DltNodes.text(source, query.text().at())).build())
            .orElseGet(() -> flow.put("sql", DltNodes.text(sql)).build()));
  }

  /** The source whose rows a query takes as they are: a table keeps more of them then. */
  private Optional<String> copied() {
    DltQuery.Relation relation = query.relations().get(0);
    if (relation instanceof DltQuery.Named named) {
      String source = by.getOrDefault(relation, named.name().last());
      return tree.isSource(source) ? Optional.of(source) : Optional.empty();
    }
    return DltSource.isTopic(((DltQuery.Read) relation).call())
        ? Optional.empty()
        : Optional.of(by.get(relation));
  }

  /** The name that the pipeline has for a table; empty where it is written so already. */
  private Optional<String> named(DltQuery.Named named) {
    TableName written = named.name();
    Optional<String> meant = tree.names().meant(written, create.name());
    if (meant.isEmpty()) {
      meant = tree.names().likely(written, create.name());
      meant.ifPresent(
          table ->
              tree.note(
                  written.at(),
                  written + " is taken for this pipeline's own " + table,
                  "it is made without catalog and schema",
                  "write USE CATALOG and USE SCHEMA above what makes it"));
    }
    if (meant.isEmpty() && written.parts().size() > 1) {
      Optional<String> beside = tree.other(written.last());
      if (beside.isEmpty() && !tree.isRefused(written.last())) {
        whole = false;
        tree.problem(
            written.at(),
            create.name().last() + " reads " + written + ", which no file here makes",
            "a pipeline reads its own tables and sources",
            NearestName.question(written.last(), tree.names().all())
                + "give the files that make it too, or declare a source "
                + written.last()
                + " in a pipeline.yaml beside dlt_sql");
      }
      return Optional.of(beside.orElse(written.last()));
    }
    String text =
        query.text().text().substring(named.span().from(), named.span().to()).replace("`", "");
    String table = meant.orElse(written.last());
    return text.equalsIgnoreCase(table) ? Optional.empty() : Optional.of(table);
  }

  /** The name of the source that a call is; one call in a query is one source. */
  private Optional<String> source(DltQuery.Read read) {
    if (calls.containsKey(read.call())) {
      return Optional.of(calls.get(read.call()));
    }
    Optional<YamlNode.Mapping> node =
        new DltSource(read.call(), query, create.columns(), tree.findings())
            .read(read.joined() && !read.streaming());
    whole &= node.isPresent();
    Optional<String> source =
        node.map(
            found ->
                tree.source(
                    name + (DltSource.isTopic(read.call()) ? "_topic" : "_files"),
                    new YamlNode.Entry(read.call().at(), found)));
    source.ifPresent(known -> calls.put(read.call(), known));
    return source;
  }

  /** A topic's columns have the names there that a query knows. */
  private String relation(DltQuery.Read read, String source) {
    List<String> columns = new ArrayList<>(List.of("`value`"));
    for (String column : List.of("key", "timestamp", "partition", "offset", "headers")) {
      if (DltSource.isTopic(read.call()) && query.shape().names(column)) {
        columns.add("_" + column + " AS `" + column + "`");
      }
    }
    return columns.size() == 1
        ? source
        : "(SELECT " + String.join(", ", columns) + " FROM " + source + ")";
  }
}
