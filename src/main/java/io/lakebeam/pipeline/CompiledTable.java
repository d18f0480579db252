package io.lakebeam.pipeline;

import io.lakebeam.delta.TableDefinition;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.RuleProgram;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A streaming table, ready to be written.
 *
 * @param path where rows are written
 * @param home where its readers find it: the same, but while it is computed anew
 * @param columns what its readers see: the columns its flows select
 * @param storesRaw true for tables fed by a source directly, which keep the record as it came
 * @param rules in the order of their verdicts
 * @param verdicts computes what the rules say of a row
 * @param quarantineName what its quarantine is called
 * @param duplicates which rows are dropped because the table has them
 * @param mask what is not shown of its rows
 */
public record CompiledTable(
    String name,
    Place path,
    Place home,
    String comment,
    String quarantineName,
    TableSchema columns,
    boolean storesRaw,
    List<String> partitionBy,
    List<Expectation> rules,
    RuleProgram verdicts,
    @Nullable Deduplication duplicates,
    List<CompiledFlow> flows,
    ValueMask mask)
    implements Serializable {
  /** What {@code <table>_quarantine} says about a row, after the row itself. */
  private static final List<Column> REASONS =
      List.of(
          new Column(
              "_raw_bytes",
              DataType.Primitive.BINARY,
              true,
              "the record's bytes, where _raw cannot show them exactly"),
          new Column(
              "_failed_expectations",
              new DataType.Array(DataType.Primitive.STRING),
              true,
              "names of the quarantine rules and others that the row breaks"),
          new Column(
              "_error",
              DataType.Primitive.STRING,
              true,
              "why the record could not be decoded, or what the query or a rule failed with"));

  public CompiledTable {
    partitionBy = List.copyOf(partitionBy);
    rules = List.copyOf(rules);
    flows = List.copyOf(flows);
  }

  /** The same table, whose rows are written into a folder of its own until it is whole. */
  public CompiledTable stagedIn(String folder) {
    return new CompiledTable(
        name,
        home.child(folder),
        home,
        comment,
        quarantineName,
        columns,
        storesRaw,
        partitionBy,
        rules,
        verdicts,
        duplicates,
        flows,
        mask);
  }

  private CompiledTable with(
      List<Expectation> otherRules,
      RuleProgram otherVerdicts,
      @Nullable Deduplication otherDuplicates,
      List<CompiledFlow> otherFlows,
      ValueMask otherMask) {
    return new CompiledTable(
        name,
        path,
        home,
        comment,
        quarantineName,
        columns,
        storesRaw,
        partitionBy,
        otherRules,
        otherVerdicts,
        otherDuplicates,
        otherFlows,
        otherMask);
  }

  /** What versions of it are called in plans: those of a table that is not whole are others. */
  public String versionName() {
    return path.equals(home)
        ? name
        : name + path.uri().substring(home.uri().length()).replace('/', '#');
  }

  /** The same table with rules. */
  public CompiledTable with(List<Expectation> others, RuleProgram program) {
    return with(others, program, duplicates, flows, mask);
  }

  /** The same table with what adds rows to it. */
  public CompiledTable with(Optional<Deduplication> deduplication, List<CompiledFlow> others) {
    return with(rules, verdicts, deduplication.orElse(null), others, mask);
  }

  /** The same table for rows that are judged already, and that it does not have. */
  public CompiledTable asWritten() {
    return with(List.of(), RuleProgram.none(), null, List.of(), mask);
  }

  /** The same table, of whose rows that is not shown. */
  public CompiledTable masked(ValueMask other) {
    return with(rules, verdicts, duplicates, flows, other);
  }

  /** Which rows are dropped because the table has them. */
  public Optional<Deduplication> deduplication() {
    return Optional.ofNullable(duplicates);
  }

  /** What rows carry while they flow: the table's columns, then all hidden ones. */
  public TableSchema rowSchema() {
    return nullable(columns).plus(HiddenColumns.CARRIED);
  }

  /** What the table stores: a prefix of {@link #rowSchema}, so that rows need no rearranging. */
  public TableSchema storedSchema() {
    return columns.plus(storesRaw ? HiddenColumns.CARRIED : HiddenColumns.STORED);
  }

  /** What the table is made as. */
  public TableDefinition definition() {
    return new TableDefinition(
        storedSchema(), partitionBy, comment, TableDefinition.LOG_KEPT_A_WEEK);
  }

  /** Where rows of the quarantine are written. */
  public Place quarantinePath() {
    return quarantineHome().plus(path.uri().substring(home.uri().length()));
  }

  /** Where readers of the quarantine find it. */
  public Place quarantineHome() {
    return home.sibling(quarantineName);
  }

  /** The row as far as it is known, and why it is here. */
  public TableSchema quarantineSchema() {
    return rowSchema().plus(REASONS);
  }

  /** What the quarantine is made as. */
  public TableDefinition quarantineDefinition() {
    return new TableDefinition(
        quarantineSchema(),
        List.of(),
        "What did not get into " + name + ", and why",
        TableDefinition.LOG_KEPT_A_WEEK);
  }

  private static TableSchema nullable(TableSchema schema) {
    List<Column> columns = new ArrayList<>();
    schema.columns().forEach(c -> columns.add(new Column(c.name(), c.type(), true, c.comment())));
    return new TableSchema(columns);
  }
}
