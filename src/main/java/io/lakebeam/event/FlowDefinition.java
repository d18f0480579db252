package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.DataflowGraph;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What a flow computes, as an event tells it: what it reads, where its rows go, and what each
 * column is computed from.
 *
 * @param dataset that it writes
 * @param number of the flow among those of its dataset, from 1 on
 * @param flow its name
 * @param message for people
 * @param details JSON
 */
public record FlowDefinition(
    String dataset, int number, String flow, String message, String details)
    implements Serializable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Of all flows of a pipeline, in the order of its datasets. */
  public static List<FlowDefinition> of(DataflowGraph graph) {
    List<FlowDefinition> definitions = new ArrayList<>();
    for (DataflowGraph.Dataset dataset : graph.datasets()) {
      for (int i = 0; i < dataset.flows().size(); i++) {
        DataflowGraph.Flow flow = dataset.flows().get(i);
        definitions.add(
            new FlowDefinition(
                dataset.name(),
                i + 1,
                name(flow),
                dataset.name() + " is computed from " + String.join(", ", flow.inputs()),
                details(dataset, flow).toString()));
      }
    }
    return definitions;
  }

  /** Of a query's file its name: its folder is one of this machine. */
  private static String name(DataflowGraph.Flow flow) {
    return flow.name().substring(flow.name().lastIndexOf('/') + 1);
  }

  private static ObjectNode details(DataflowGraph.Dataset dataset, DataflowGraph.Flow flow) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode definition = details.putObject("flow_definition");
    definition.put("flow_name", name(flow));
    definition.put("output_dataset", dataset.name());
    ArrayNode inputs = definition.putArray("input_datasets");
    flow.inputs().forEach(inputs::add);
    definition.put(
        "flow_type",
        dataset.kind() == DataflowGraph.Kind.STREAMING_TABLE ? "APPEND" : "MATERIALIZED_VIEW");
    ArrayNode schema = definition.putArray("schema");
    dataset
        .schema()
        .columns()
        .forEach(
            column ->
                schema
                    .addObject()
                    .put("name", column.name())
                    .put("data_type", column.type().sql()));
    ObjectNode lineage = definition.putObject("lineage");
    flow.lineage()
        .origins()
        .forEach(
            (column, origins) -> {
              ArrayNode from = lineage.putArray(column);
              origins.forEach(origin -> from.add(origin.relation() + "." + origin.column()));
            });
    return details;
  }
}
