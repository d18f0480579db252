package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.event.EventLog;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledView;
import java.util.ArrayList;
import java.util.List;

/** The tables a pipeline needs, made before anything is read so that readers find them at once. */
final class Lake {
  private Lake() {}

  /**
   * Makes what is missing.
   *
   * @return streaming tables that were not there
   * @throws io.lakebeam.delta.TableMismatchException when a table is there and is another
   */
  static List<String> prepare(CompiledPipeline pipeline) {
    List<String> made = new ArrayList<>();
    for (CompiledTable table : pipeline.tables()) {
      if (DeltaTable.at(table.path()).create(table.definition())) {
        made.add(table.name());
      }
      DeltaTable.at(table.quarantinePath()).create(table.quarantineDefinition());
    }
    for (CompiledView view : pipeline.views()) {
      DeltaTable.at(view.path())
          .create(
              new TableDefinition(
                  Groups.storedSchema(view.query()),
                  view.partitionBy(),
                  view.comment(),
                  TableDefinition.LOG_KEPT_A_WEEK));
    }
    new EventLog(pipeline.spec().lake(), pipeline.name()).create();
    return made;
  }
}
