package io.lakebeam.source.decode;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.row.RowMaps;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;

/** A value as Avro hands it over, into a declared type. */
interface AvroValue {
  /**
   * One value.
   *
   * @param value of the schema that this was made for, not null
   * @return as a row holds it
   * @throws BadRecord when this value is none of the type
   */
  Object convert(Object value) throws BadRecord;

  /**
   * For one type and what a file or a message holds.
   *
   * @throws BadRecord when no value of the schema is one of the type
   */
  static AvroValue of(DataType type, Schema schema) throws BadRecord {
    if (schema.getType() == Schema.Type.UNION) {
      return union(type, schema);
    }
    if (type instanceof DataType.Array array && schema.getType() == Schema.Type.ARRAY) {
      return array(of(array.element(), schema.getElementType()));
    }
    if (type instanceof DataType.Map map && schema.getType() == Schema.Type.MAP) {
      return map(TextValue.of(map.key()), of(map.value(), schema.getValueType()));
    }
    if (type instanceof DataType.Struct struct && schema.getType() == Schema.Type.RECORD) {
      return struct(struct, schema);
    }
    return AvroScalars.of(type, schema);
  }

  /** One branch is the rule; of several, those that are of the type give values. */
  private static AvroValue union(DataType type, Schema union) throws BadRecord {
    List<Schema> branches = union.getTypes();
    AvroValue[] values = new AvroValue[branches.size()];
    List<BadRecord> misfits = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Schema branch = branches.get(i);
      try {
        values[i] = branch.getType() == Schema.Type.NULL ? null : of(type, branch);
      } catch (BadRecord e) {
        misfits.add(e);
        values[i] =
            value -> {
              throw e;
            };
      }
    }
    List<Schema> others =
        branches.stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    if (others.size() == 1 && misfits.size() == 1) {
      throw misfits.get(0);
    }
    if (misfits.size() == others.size()) {
      throw mismatch(
          type, others.stream().map(AvroScalars::described).collect(Collectors.joining(" or ")));
    }
    if (others.size() == 1) {
      return values[branches.indexOf(others.get(0))];
    }
    return value -> values[GenericData.get().resolveUnion(union, value)].convert(value);
  }

  private static AvroValue array(AvroValue element) {
    return value -> {
      List<Object> values = new ArrayList<>();
      for (Object each : (Collection<?>) value) {
        try {
          values.add(each == null ? null : element.convert(each));
        } catch (BadRecord e) {
          throw e.inside("[" + values.size() + "]");
        }
      }
      return new GenericArrayData(values.toArray());
    };
  }

  private static AvroValue map(TextValue keys, AvroValue values) {
    return value -> {
      Map<Object, Object> converted = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        String name = AvroScalars.text(entry.getKey());
        Object each = entry.getValue();
        try {
          Object key = keys.parse(name);
          if (converted.containsKey(key)) {
            throw new BadRecord("the key comes twice");
          }
          converted.put(key, each == null ? null : values.convert(each));
        } catch (BadRecord e) {
          throw e.inside("[" + BadRecord.quoted(name) + "]");
        }
      }
      return RowMaps.of(converted);
    };
  }

  private static AvroValue struct(DataType.Struct type, Schema schema) throws BadRecord {
    AvroColumns columns =
        AvroColumns.of(type.fields(), type.fields().stream().map(Column::name).toList(), schema);
    return value -> {
      Object[] values = new Object[type.fields().size()];
      columns.convert((IndexedRecord) value, values);
      return new GenericInternalRow(values);
    };
  }

  /** The schema of a value: of a union, that of its branch. */
  static Schema branch(Schema schema, Object value) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().get(GenericData.get().resolveUnion(schema, value))
        : schema;
  }

  /**
   * What a file holds in place of the type.
   *
   * @param held for people
   */
  static BadRecord mismatch(DataType type, String held) {
    return new BadRecord("declared " + type.sql() + ", but the file holds " + held);
  }
}
