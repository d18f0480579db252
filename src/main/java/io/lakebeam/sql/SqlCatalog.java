package io.lakebeam.sql;

import io.lakebeam.graph.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.beam.sdk.extensions.sql.impl.planner.BeamRelDataTypeSystem;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.jdbc.CalciteSchema;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.impl.AbstractTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlOperatorTables;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlValidator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlValidatorUtil;

/** The relations and functions that a query may name. */
final class SqlCatalog {
  private final Map<String, TableSchema> relations;
  private final FunctionLibrary functions;

  SqlCatalog(Map<String, TableSchema> relations, FunctionLibrary functions) {
    this.relations = Map.copyOf(relations);
    this.functions = functions;
  }

  /**
   * A validator of one statement, good for one use. Names are matched ignoring case, as Spark does,
   * and come out of validation in the catalog's spelling, fully qualified.
   */
  SqlValidator validator() {
    JavaTypeFactoryImpl types = new JavaTypeFactoryImpl(BeamRelDataTypeSystem.INSTANCE);
    CalciteSchema root = CalciteSchema.createRootSchema(false);
    relations.forEach((name, schema) -> root.add(name, new Relation(schema)));
    Properties properties = new Properties();
    properties.setProperty(CalciteConnectionProperty.CASE_SENSITIVE.camelName(), "false");
    CalciteCatalogReader reader =
        new CalciteCatalogReader(
            root, List.of(), types, new CalciteConnectionConfigImpl(properties));
    return SqlValidatorUtil.newValidator(
        SqlOperatorTables.chain(functions.operators(), reader),
        reader,
        types,
        SqlValidator.Config.DEFAULT
            .withConformance(SqlConformanceEnum.LENIENT)
            .withIdentifierExpansion(true)
            .withColumnReferenceExpansion(true));
  }

  private static final class Relation extends AbstractTable {
    private final TableSchema schema;

    Relation(TableSchema schema) {
      this.schema = schema;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory types) {
      return SqlTypes.rowType(schema, types);
    }
  }
}
