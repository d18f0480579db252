package io.lakebeam.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** What a reader gave, in order. */
class Collected implements RowOutput {
  final List<Row> rows = new ArrayList<>();
  final List<Rejected> rejected = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();

  @Override
  public synchronized void row(Row row) {
    rows.add(row);
  }

  @Override
  public synchronized void rejected(Rejected one) {
    rejected.add(one);
  }

  @Override
  public synchronized void warning(String text) {
    warnings.add(text);
  }

  synchronized int records() {
    return rows.size() + rejected.size();
  }

  List<String> errors() {
    return rejected.stream().map(Rejected::error).toList();
  }

  List<String> rawTexts() {
    return rejected.stream().map(r -> new String(r.raw(), StandardCharsets.UTF_8)).toList();
  }

  List<Object> column(String name) {
    return new ArrayList<>(rows.stream().map(r -> r.<Object>getValue(name)).toList());
  }
}
