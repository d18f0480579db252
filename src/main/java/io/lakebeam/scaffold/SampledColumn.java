package io.lakebeam.scaffold;

import io.lakebeam.graph.DataType;
import java.util.Objects;

/**
 * A column that is proposed.
 *
 * @param inData what the data calls it; its own name where the data has no names
 * @param name that Delta takes
 * @param remark what its author should know of it, a sentence without a full stop, in which three
 *     points stand for its name; empty for nothing
 */
record SampledColumn(String inData, String name, DataType type, String remark) {
  SampledColumn {
    Objects.requireNonNull(inData, "inData");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(remark, "remark");
  }

  SampledColumn as(DataType other, String why) {
    return new SampledColumn(inData, name, other, why);
  }
}
