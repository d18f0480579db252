package io.lakebeam.parquet;

import java.util.function.Function;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * What a field of a file is: the format's rules that tell the lists and maps of today from those
 * that older writers left.
 */
sealed interface Shape {
  /** One value, that of an element too. */
  record Scalar(PrimitiveType type) implements Shape {
    @Override
    public <R> R match(
        Function<Scalar, R> ofScalar,
        Function<Listed, R> ofList,
        Function<Mapped, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofScalar.apply(this);
    }
  }

  /** A repeated field without a group around it, which is never NULL. */
  record Bare(Type repeated) implements Shape {
    @Override
    public <R> R match(
        Function<Scalar, R> ofScalar,
        Function<Listed, R> ofList,
        Function<Mapped, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofOne(repeated).match(ofScalar, ofList, ofMap, ofStruct);
    }
  }

  /**
   * A group annotated as LIST.
   *
   * @param direct true when the repeated field is the element; false when it is the middle level
   *     that allows an element to be NULL
   */
  record Listed(Type repeated, boolean direct) implements Shape {
    Type element() {
      return direct ? repeated : repeated.asGroupType().getType(0);
    }

    @Override
    public <R> R match(
        Function<Scalar, R> ofScalar,
        Function<Listed, R> ofList,
        Function<Mapped, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofList.apply(this);
    }
  }

  /**
   * A map.
   *
   * @param entry key and value, by their order; a map without values has only the first
   */
  record Mapped(GroupType entry) implements Shape {
    Type key() {
      return entry.getType(0);
    }

    boolean hasValues() {
      return entry.getFieldCount() > 1;
    }

    Type value() {
      return entry.getType(1);
    }

    @Override
    public <R> R match(
        Function<Scalar, R> ofScalar,
        Function<Listed, R> ofList,
        Function<Mapped, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofMap.apply(this);
    }
  }

  /** A group with fields. */
  record Struct(GroupType group) implements Shape {
    @Override
    public <R> R match(
        Function<Scalar, R> ofScalar,
        Function<Listed, R> ofList,
        Function<Mapped, R> ofMap,
        Function<Struct, R> ofStruct) {
      return ofStruct.apply(this);
    }
  }

  /** An answer for one value of any kind: a field that is bare is asked for what is repeated. */
  <R> R match(
      Function<Scalar, R> ofScalar,
      Function<Listed, R> ofList,
      Function<Mapped, R> ofMap,
      Function<Struct, R> ofStruct);

  /** Of a field of a row or a struct. */
  static Shape of(Type field) {
    return field.isRepetition(Repetition.REPEATED) ? new Bare(field) : ofOne(field);
  }

  /** Of one of a field's values, however often it may be repeated. */
  static Shape ofOne(Type field) {
    if (field.isPrimitive()) {
      return new Scalar(field.asPrimitiveType());
    }
    GroupType group = field.asGroupType();
    if (isList(group)) {
      Type repeated = group.getType(0);
      return new Listed(repeated, isElement(repeated, group.getName()));
    }
    return isMap(group) ? new Mapped(group.getType(0).asGroupType()) : new Struct(group);
  }

  private static boolean isList(GroupType group) {
    return group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(Repetition.REPEATED);
  }

  private static boolean isElement(Type repeated, String list) {
    if (repeated.isPrimitive()) {
      return true;
    }
    GroupType group = repeated.asGroupType();
    return group.getFieldCount() != 1
        || group.getType(0).isRepetition(Repetition.REPEATED)
        || group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        || group.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation
        || group.getName().equals("array")
        || group.getName().equals(list + "_tuple");
  }

  private static boolean isMap(GroupType group) {
    if (group.getFieldCount() != 1
        || group.getType(0).isPrimitive()
        || !group.getType(0).isRepetition(Repetition.REPEATED)) {
      return false;
    }
    GroupType entry = group.getType(0).asGroupType();
    LogicalTypeAnnotation outer = group.getLogicalTypeAnnotation();
    boolean annotated =
        outer instanceof MapLogicalTypeAnnotation
            || outer instanceof MapKeyValueTypeAnnotation
            || (outer == null
                && entry.getLogicalTypeAnnotation() instanceof MapKeyValueTypeAnnotation);
    return annotated
        && (entry.getFieldCount() == 1 || entry.getFieldCount() == 2)
        && entry.getFields().stream().noneMatch(f -> f.isRepetition(Repetition.REPEATED));
  }
}
