package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.Column;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.scala.collection.immutable.Nil$;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.AttributeReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.types.Metadata;
import io.lakebeam.shaded.spark.sql.types.MetadataBuilder;
import java.util.List;
import java.util.Set;

/** Marks the hidden columns of a query's input among the columns of its rows. */
final class Origins {
  private static final String CARRIED = "io.lakebeam.carried";

  private Origins() {}

  /** A column that nobody names. */
  @SuppressWarnings("unchecked") // an empty sequence of anything
  static Attribute attribute(Column column) {
    return new AttributeReference(
        column.name(),
        SparkTypes.of(column.type()),
        column.nullable(),
        Metadata.empty(),
        NamedExpression.newExprId(),
        (Seq<String>) (Seq<?>) Nil$.MODULE$);
  }

  /** The same columns, those of these names marked. */
  static List<Attribute> marked(List<Attribute> layout, Set<String> carried) {
    return layout.stream().map(a -> carried.contains(a.name()) ? marked(a) : a).toList();
  }

  private static Attribute marked(Attribute attribute) {
    return attribute.withMetadata(
        new MetadataBuilder().withMetadata(attribute.metadata()).putBoolean(CARRIED, true).build());
  }

  static boolean isCarried(Attribute attribute) {
    return attribute.metadata().contains(CARRIED);
  }

  /** The attribute, marked when the other one is and they are the same column. */
  static Attribute like(Attribute attribute, Attribute other) {
    return isCarried(other) && attribute.exprId().equals(other.exprId())
        ? marked(attribute)
        : attribute;
  }

  /** The same columns, none marked: those of a table that is joined with. */
  static List<Attribute> plain(List<Attribute> layout) {
    return layout.stream().map(a -> a.withMetadata(Metadata.empty())).toList();
  }

  /** The marked column of that name, or null. */
  static Attribute carried(List<Attribute> layout, Column column) {
    return layout.stream()
        .filter(a -> isCarried(a) && a.name().equals(column.name()))
        .findFirst()
        .orElse(null);
  }
}
