package io.lakebeam.spec;

import io.lakebeam.spec.dlt.DltQuery;
import io.lakebeam.spec.dlt.DltStatement;
import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import io.lakebeam.spec.dlt.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a table or view is made of. */
final class DltDefinition {
  private final DltTree tree;
  private final Create create;
  private final String name;
  private boolean whole = true;

  DltDefinition(DltTree tree, Create create, String name) {
    this.tree = tree;
    this.create = create;
    this.name = name;
  }

  /** True when it could be put whole. */
  boolean put(DltNodes.Builder dataset) {
    List<YamlNode> all = new ArrayList<>();
    create.query().ifPresent(query -> flow(query, name).ifPresent(all::add));
    List<DltStatement.Flow> own = tree.flowsInto(create);
    for (DltStatement.Flow flow : own) {
      flow(flow.query(), flow.name()).ifPresent(all::add);
    }
    if (all.isEmpty()) {
      withoutFlow(own);
      return false;
    }
    YamlNode.Mapping only = (YamlNode.Mapping) all.get(0);
    switch (kind(own)) {
      case STREAMING_TABLE ->
          dataset.put(
              "streaming_table",
              all.size() == 1
                  ? only
                  : new DltNodes.Builder(create.at())
                      .put("flows", DltNodes.list(all, create.at()))
                      .build());
      case MATERIALIZED_VIEW -> dataset.put("materialized_view", asQuery(only));
      case VIEW -> dataset.put("view", asQuery(only));
    }
    return whole;
  }

  private Optional<YamlNode> flow(DltQuery query, String flowName) {
    Optional<YamlNode> flow = new DltFlow(tree, create, query, flowName).read();
    whole &= flow.isPresent();
    checkColumns(query, create.columns());
    return flow;
  }

  private void withoutFlow(List<DltStatement.Flow> own) {
    boolean told = !whole || !own.isEmpty() || tree.isRefused(create.name().last());
    if (!told) {
      tree.problem(
          create.at(),
          "nothing adds rows to " + create.name().last(),
          "it has no query, and no flow inserts into it",
          "write AS SELECT ... behind it, or CREATE FLOW ... AS INSERT INTO "
              + create.name().last()
              + " BY NAME SELECT ...");
    }
  }

  /** How it is kept: one whose rows are taken one by one needs no state. */
  private Kind kind(List<DltStatement.Flow> own) {
    if (create.kind() == Kind.STREAMING_TABLE || create.query().isEmpty()) {
      return Kind.STREAMING_TABLE;
    }
    DltQuery query = create.query().get();
    boolean joinsTables =
        query.relations().stream()
            .anyMatch(
                r -> r.joined() && r instanceof DltQuery.Named table && !isSource(table.name()));
    boolean rowWise = query.shape().isRowWise() && !joinsTables;
    if (create.kind() == Kind.MATERIALIZED_VIEW && rowWise) {
      tree.note(
          create.at(),
          create.name().last() + " is kept as a streaming table",
          "its query takes rows one by one; they are added, and never computed anew",
          "");
      return Kind.STREAMING_TABLE;
    }
    if (create.kind() == Kind.VIEW && rowWise && !create.rules().isEmpty()) {
      tree.note(
          create.at(),
          "the view " + create.name().last() + " is stored as a table",
          "rows are held against rules where they are stored",
          "");
      return Kind.STREAMING_TABLE;
    }
    if (create.kind() == Kind.MATERIALIZED_VIEW
        && query.relations().stream().anyMatch(r -> r instanceof DltQuery.Read && !r.joined())) {
      whole = false;
      tree.problem(
          create.at(),
          "the materialized view " + create.name().last() + " reads files itself",
          "a view follows the changes of a streaming table",
          "write CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files(...), and read raw");
    }
    return create.kind();
  }

  private boolean isSource(TableName name) {
    return tree.isSource(tree.names().meant(name, create.name()).orElse(name.last()));
  }

  /** A view takes a query, also where a table would take its source as it is. */
  private static YamlNode asQuery(YamlNode.Mapping flow) {
    Optional<YamlNode.Scalar> from = Reading.scalar(flow, "from");
    return from.isEmpty()
        ? flow
        : new DltNodes.Builder(flow.at())
            .put("sql", DltNodes.text("SELECT * FROM " + from.get().text(), flow.at()))
            .build();
  }

  private void checkColumns(DltQuery query, List<DltStatement.ColumnSpec> columns) {
    boolean asSchema =
        query.relations().stream()
            .filter(DltQuery.Read.class::isInstance)
            .map(DltQuery.Read.class::cast)
            .anyMatch(
                read ->
                    new DltSource(read.call(), query, columns, tree.findings())
                        .takesListedColumns());
    if (asSchema) {
      return;
    }
    List<DltStatement.ColumnSpec> unknown =
        columns.stream()
            .filter(column -> !query.shape().names(column.name().text()))
            .filter(column -> !query.shape().isSelectAll())
            .toList();
    if (!unknown.isEmpty()
        && query.shape().selects().isPresent()
        && !query.shape().selects().get().contains("*")) {
      whole = false;
      tree.problem(
          unknown.get(0).name().at(),
          "the query of " + create.name().last() + " has no column " + unknown.get(0).name().text(),
          "a table has the columns of its query, by their names",
          "write AS " + unknown.get(0).name().text() + " behind the column in the SELECT");
    } else if (columns.stream().anyMatch(column -> column.type().isPresent())) {
      tree.note(
          create.at(),
          "the types in the column list of " + create.name().last() + " are not applied",
          "a table has the types of its query",
          "CAST in the SELECT where they differ");
    }
  }
}
