package io.lakebeam.pipeline;

import io.lakebeam.delta.TableDefinition;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/** A materialized view, ready to be kept up to date. */
public sealed interface CompiledView extends Serializable permits AdditiveView, ComputedView {
  String name();

  /** Where it is. */
  Place path();

  String comment();

  /** The datasets whose tables it is computed from. */
  List<String> inputs();

  /** Reference tables that it reads or joins with. */
  Set<String> lookups();

  /** What its author selects. */
  TableSchema columns();

  List<String> partitionBy();

  /** What each of its columns is computed from. */
  Lineage lineage();

  /** What the view's table is made as. */
  TableDefinition definition();
}
