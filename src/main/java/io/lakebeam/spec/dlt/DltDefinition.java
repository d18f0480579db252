package io.lakebeam.spec.dlt;

import io.lakebeam.spec.Reading;
import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import io.lakebeam.spec.yaml.YamlNode;
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
    if (create.kind() == Kind.STREAMING_TABLE) {
      dataset.put("streaming_table", table(all, own));
    } else {
      own.forEach(this::refuse);
      query(dataset, (YamlNode.Mapping) all.get(0));
    }
    return whole;
  }

  private YamlNode table(List<YamlNode> all, List<DltStatement.Flow> own) {
    Optional<DltChanges> changes =
        own.stream().flatMap(flow -> flow.changes().stream()).findFirst();
    if (changes.isEmpty() && all.size() == 1) {
      return all.get(0);
    }
    DltNodes.Builder table =
        new DltNodes.Builder(create.at()).put("flows", DltNodes.list(all, create.at()));
    if (changes.isPresent()) {
      refuseOthers(changes.get(), own);
      table.put("upsert", changes.get().node());
    }
    return table.build();
  }

  /** What updates a table says the same of its rows as all that does. */
  private void refuseOthers(DltChanges changes, List<DltStatement.Flow> own) {
    if (create.query().isPresent()) {
      whole = false;
      tree.problem(
          create.at(),
          create.name().last() + " has a query, and changes that are applied to it",
          "rows that are added have no key and no place among changes",
          "leave AS SELECT ... out, or apply its rows as changes too");
    }
    for (DltStatement.Flow flow : own) {
      if (!flow.changes().filter(changes::saysTheSame).isPresent()) {
        whole = false;
        tree.problem(
            flow.at(),
            "the flow "
                + flow.name()
                + " does not say of "
                + create.name().last()
                + " what another one says",
            "a table has one set of keys, one sequence and one kind of history",
            "write the same clauses behind all of its flows");
      }
    }
  }

  /** What the query of a view says, which may make it a table; a copy of a source is one. */
  private void query(DltNodes.Builder dataset, YamlNode.Mapping flow) {
    boolean isView = create.kind() == Kind.VIEW;
    if (Reading.scalar(flow, "from").isPresent() && !(isView && create.rules().isEmpty())) {
      dataset.put("streaming_table", flow);
    } else {
      dataset.put(isView ? "view" : "materialized_view", asQuery(flow));
    }
  }

  private void refuse(DltStatement.Flow flow) {
    whole = false;
    tree.problem(
        flow.at(),
        "the flow " + flow.name() + " adds rows to " + create.name().last() + ", which is a view",
        "a view has the rows of its query and no others",
        "write CREATE STREAMING TABLE " + create.name().last() + ", and a flow for each query");
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
