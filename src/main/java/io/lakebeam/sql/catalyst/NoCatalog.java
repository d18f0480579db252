package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.analysis.NoSuchFunctionException;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.NoSuchTableException;
import io.lakebeam.shaded.spark.sql.connector.catalog.FunctionCatalog;
import io.lakebeam.shaded.spark.sql.connector.catalog.Identifier;
import io.lakebeam.shaded.spark.sql.connector.catalog.Table;
import io.lakebeam.shaded.spark.sql.connector.catalog.TableCatalog;
import io.lakebeam.shaded.spark.sql.connector.catalog.TableChange;
import io.lakebeam.shaded.spark.sql.connector.catalog.functions.UnboundFunction;
import io.lakebeam.shaded.spark.sql.util.CaseInsensitiveStringMap;

/** Where Catalyst looks when nobody has declared a name: nothing is there. */
final class NoCatalog implements TableCatalog, FunctionCatalog {
  @Override
  public void initialize(String name, CaseInsensitiveStringMap options) {
    // Nothing to prepare.
  }

  @Override
  public String name() {
    return "spark_catalog";
  }

  @Override
  public Identifier[] listTables(String[] namespace) {
    return new Identifier[0];
  }

  @Override
  public Table loadTable(Identifier table) throws NoSuchTableException {
    throw new NoSuchTableException(table);
  }

  @Override
  public Table alterTable(Identifier table, TableChange... changes) throws NoSuchTableException {
    throw new NoSuchTableException(table);
  }

  @Override
  public boolean dropTable(Identifier table) {
    return false;
  }

  @Override
  public void renameTable(Identifier from, Identifier to) throws NoSuchTableException {
    throw new NoSuchTableException(from);
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return new Identifier[0];
  }

  @Override
  public UnboundFunction loadFunction(Identifier function) throws NoSuchFunctionException {
    throw new NoSuchFunctionException(function);
  }
}
