package io.lakebeam.parquet;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The rows of one Parquet file, whoever wrote it, in declared columns found by name.
 *
 * <pre>{@code
 * try (ParquetRows rows = ParquetRows.ofOthers(file, configuration, columns, names, columns.size())) {
 *   while (rows.next()) {
 *     use(rows.values(), rows.fault());
 *   }
 * }
 * }</pre>
 *
 * Bytes that are damaged end in whatever exception comes first, as Parquet's library has it;
 * checksums of pages are verified where the writer put them.
 */
public final class ParquetRows implements AutoCloseable {
  private static final String NOT_STORED = "\u0000";

  private final ParquetFileReader reader;
  private final MessageColumnIO columnIo;
  private final RowMaterializer materializer;
  private RecordReader<Object[]> records;
  private long left;
  private Object[] values;

  private ParquetRows(
      ParquetFileReader reader, MessageColumnIO columnIo, RowMaterializer materializer) {
    this.reader = reader;
    this.columnIo = columnIo;
    this.materializer = materializer;
  }

  /**
   * The rows of somebody else's file. Each value is checked against what is declared, and each row
   * is there as JSON.
   *
   * @param names what the file calls each column
   * @param width of the arrays of values, of which the columns are the first
   * @throws ColumnsMismatchException when the columns cannot be read as declared
   */
  public static ParquetRows ofOthers(
      HadoopInputFile file,
      Configuration configuration,
      List<Column> columns,
      List<String> names,
      int width)
      throws IOException {
    return ofOthers(file, configuration, columns, names, width, 0, Integer.MAX_VALUE);
  }

  /**
   * The rows of some row groups of somebody else's file.
   *
   * @param firstGroup the number of the first one, from 0
   * @param endGroup the number behind the last one; may be beyond the last
   */
  public static ParquetRows ofOthers(
      HadoopInputFile file,
      Configuration configuration,
      List<Column> columns,
      List<String> names,
      int width,
      int firstGroup,
      int endGroup)
      throws IOException {
    Footer footer = Footer.read(file);
    List<BlockMetaData> groups = footer.metadata().getBlocks();
    ParquetMetadata some =
        new ParquetMetadata(
            footer.metadata().getFileMetaData(),
            groups.subList(Math.min(firstGroup, groups.size()), Math.min(endGroup, groups.size())));
    return open(file, footer, some, configuration, columns, names, new Object[width], true);
  }

  /** How many rows each row group of a file has. */
  public static List<Long> rowGroups(HadoopInputFile file) throws IOException {
    return Footer.read(file).metadata().getBlocks().stream()
        .map(BlockMetaData::getRowCount)
        .toList();
  }

  /**
   * The rows of a table's file. Columns that it lacks are NULL, others are not read from the disk.
   *
   * @param constants values, by column, that are the same in every row and not in the file
   * @throws ColumnsMismatchException when the columns cannot be read as declared
   */
  public static ParquetRows ofTable(
      HadoopInputFile file,
      Configuration configuration,
      List<Column> columns,
      Map<String, Object> constants)
      throws IOException {
    Object[] template = columns.stream().map(column -> constants.get(column.name())).toArray();
    // A name that no file has keeps the places of the others.
    List<String> names =
        columns.stream()
            .map(column -> constants.containsKey(column.name()) ? NOT_STORED : column.name())
            .toList();
    Footer footer = Footer.read(file);
    return open(file, footer, footer.metadata(), configuration, columns, names, template, false);
  }

  /**
   * The columns of somebody else's file that cannot be read as declared, from its footer alone.
   *
   * @param names what the file calls each column
   */
  public static List<Problem> mismatches(
      HadoopInputFile file, List<Column> columns, List<String> names) throws IOException {
    Footer footer = Footer.read(file);
    Converters converters = new Converters(footer, true);
    RowMaterializer unused =
        new RowMaterializer(
            footer.schema(), columns, names, new Object[columns.size()], converters);
    return converters.mismatches();
  }

  /**
   * The columns of somebody else's file, under the names that the file has, each with the type that
   * reads it best; those that no declared type reads are left out. From the footer alone.
   */
  public static List<Column> suggested(HadoopInputFile file) throws IOException {
    Footer footer = Footer.read(file);
    List<Column> columns = new ArrayList<>();
    for (Type field : footer.schema().getFields()) {
      if (!field.getName().isBlank()) {
        Suggestion.of(field, footer)
            .ifPresent(type -> columns.add(Column.nullable(field.getName(), type)));
      }
    }
    return columns;
  }

  private static ParquetRows open(
      HadoopInputFile file,
      Footer footer,
      ParquetMetadata groups,
      Configuration configuration,
      List<Column> columns,
      List<String> names,
      Object[] template,
      boolean isForeign)
      throws IOException {
    MessageType read = isForeign ? footer.schema() : projected(footer.schema(), names);
    Converters converters = new Converters(footer, isForeign);
    RowMaterializer materializer = new RowMaterializer(read, columns, names, template, converters);
    if (!converters.mismatches().isEmpty()) {
      throw new ColumnsMismatchException(converters.mismatches());
    }
    ParquetFileReader reader =
        new ParquetFileReader(
            configuration,
            file.getPath(),
            groups,
            HadoopReadOptions.builder(configuration, file.getPath())
                .usePageChecksumVerification(true)
                .withCodecFactory(
                    new BoundedPages(
                        configuration, isForeign ? Limits.BLOCK_BYTES : Limits.TABLE_PAGE_BYTES))
                .build(),
            file.newStream());
    reader.setRequestedSchema(read);
    MessageColumnIO columnIo =
        new ColumnIOFactory(footer.metadata().getFileMetaData().getCreatedBy())
            .getColumnIO(read, footer.schema(), true);
    return new ParquetRows(reader, columnIo, materializer);
  }

  private static MessageType projected(MessageType file, List<String> names) {
    List<Type> read = new ArrayList<>();
    for (String name : names) {
      Converters.field(file, name).ifPresent(read::add);
    }
    return new MessageType(file.getName(), read);
  }

  /** Goes to the next row; false when there is none. */
  public boolean next() throws IOException {
    while (left == 0) {
      PageReadStore rowGroup = reader.readNextRowGroup();
      if (rowGroup == null) {
        return false;
      }
      left = rowGroup.getRowCount();
      records = columnIo.getRecordReader(rowGroup, materializer);
    }
    values = records.read();
    left--;
    return true;
  }

  /** Of the columns, in their order; a new array for each row. */
  public Object[] values() {
    return values;
  }

  /** Why the row is none of the declared columns', its first reason; empty when it is. */
  public String fault() {
    return materializer.row.fault();
  }

  /** The row with all its columns; only of somebody else's file. */
  public String json() {
    return materializer.row.json().toString();
  }

  /** What is not declared, as a JSON object; null when there is nothing. */
  public String rescued() {
    return materializer.row.rescued();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static final class RowMaterializer extends RecordMaterializer<Object[]>
      implements StructConverter.Whole {
    private final RowInProgress row;
    private final StructConverter root;
    private Object[] current;

    RowMaterializer(
        MessageType schema,
        List<Column> columns,
        List<String> names,
        Object[] template,
        Converters converters) {
      row = converters.row();
      root = new StructConverter(schema, columns, names, template, "", this, converters);
    }

    @Override
    public Object[] getCurrentRecord() {
      return current;
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }

    @Override
    public void begin() {
      row.begin();
    }

    @Override
    public void end(Object[] values) {
      current = values;
    }

    @Override
    public String place() {
      return "";
    }
  }
}
