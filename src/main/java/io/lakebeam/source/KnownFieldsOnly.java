package io.lakebeam.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.VisibleText;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.decode.RowLayout;

/**
 * Lets no row through that has fields which its source's schema does not know. Stops the reading at
 * the first one, and with it the epoch: nothing of that is committed.
 */
final class KnownFieldsOnly implements RowOutput {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String source;
  private final RowLayout layout;
  private final RowOutput out;

  KnownFieldsOnly(String source, RowLayout layout, RowOutput out) {
    this.source = source;
    this.layout = layout;
    this.out = out;
  }

  @Override
  public void row(InternalRow row) {
    if (!row.isNullAt(layout.rescued())) {
      throw stopped(
          row.getUTF8String(layout.rescued()).toString(),
          row.getUTF8String(layout.position()).toString());
    }
    out.row(row);
  }

  private SourceException stopped(String rescued, String position) {
    String field = firstOf(rescued);
    return SourceException.permanent(
        ErrorCode.INPUT_MISMATCHED,
        source,
        "a record has the field " + field + ", which the schema does not know",
        "it is " + position + ", and the source says new_fields: fail",
        "Declare the field in the schema, and the tables get its column with these rows; or leave"
            + " new_fields out, and it is kept in _rescued");
  }

  private static String firstOf(String rescued) {
    try {
      return VisibleText.line(JSON.readTree(rescued).fieldNames().next());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("_rescued is a JSON object", e);
    }
  }

  @Override
  public void rejected(Rejected rejected) {
    out.rejected(rejected);
  }

  @Override
  public void setAside(BadFile file) {
    out.setAside(file);
  }

  @Override
  public void warning(String text) {
    out.warning(text);
  }
}
