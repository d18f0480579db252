package io.lakebeam.lake;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.spec.PipelineSpec;
import java.util.Optional;

/**
 * A table that exists, at one moment.
 *
 * @param name as a relation in SQL
 * @param snapshot what it has then
 * @param pipeline that it was named with; empty for a path
 */
public record LakeTable(
    String name, DeltaTable table, Snapshot snapshot, Optional<PipelineSpec> pipeline) {}
