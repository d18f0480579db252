package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.DATE;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {
  private static final Column A = nullable("a", STRING);
  private static final Column A2 = nullable("a2", STRING);
  private static final Column B = nullable("b", INT);

  @TempDir Path folder;

  private Collected read(String content, Column... columns) throws IOException {
    return Sources.read(folder, Sources.CSV, content, columns);
  }

  @Test
  void columnsAreFoundByNameWhateverTheirOrderAndCase() throws Exception {
    Collected out = read(" B ,\"A\"\n1,x\n2,y\n", A, B);
    assertEquals(List.of("x", "y"), out.column("a"));
    assertEquals(List.of(1, 2), out.column("b"));
    assertEquals(List.of(folder + "/data:2", folder + "/data:3"), out.column("_position"));
    assertEquals(List.of("1,x", "2,y"), out.column("_raw"));
  }

  @Test
  void quotesHideCommasQuotesAndLineEnds() throws Exception {
    String records = "\"New York, NY\",1\r\n\"say \"\"hi\"\"\",2\r\n\"two\r\nlines\",3\r\nx,4";
    Collected out = read("a,b\r\n" + records, A, B);
    assertEquals(List.of("New York, NY", "say \"hi\"", "two\r\nlines", "x"), out.column("a"));
    assertEquals(
        List.of(2, 3, 4, 6),
        out.column("_position").stream()
            .map(p -> Integer.parseInt(p.toString().replaceAll(".*:", "")))
            .toList());
    assertEquals(
        List.of("\"New York, NY\",1", "\"say \"\"hi\"\"\",2", "\"two\r\nlines\",3", "x,4"),
        out.column("_raw"));
  }

  @Test
  void aCommaAtTheEndOfEveryLineIsTolerated() throws Exception {
    Collected out = read("a,b,\nx,1,\ny,2\n", A, B);
    assertEquals(List.of(), out.errors());
    assertEquals(List.of("x", "y"), out.column("a"));
    assertEquals(List.of("x"), read("a,b\nx,1,\n", A, B).column("a"));
    assertEquals(
        List.of("expected 2 fields, found 3: \"x,1,z\""), read("a,b\nx,1,z\n", A, B).errors());
  }

  @Test
  void raggedRecordsAreRejectedWithCounts() throws Exception {
    Collected out = read("a,b\nx\nx,1,2,3\ny,2\n", A, B);
    assertEquals(
        List.of("expected 2 fields, found 1: \"x\"", "expected 2 fields, found 4: \"x,1,2,3\""),
        out.errors());
    assertEquals(List.of("x", "x,1,2,3"), out.rawTexts());
    assertEquals(folder + "/data:2", out.rejected.get(0).position());
    assertEquals(List.of("y"), out.column("a"));
  }

  @Test
  void emptyFieldsAreNullQuotedOrNot() throws Exception {
    Collected out = read("a,b\n,1\n\"\",2\nx,\nx,\"\"\nx, \n", A, B);
    assertEquals(Arrays.asList(null, null, "x", "x", "x"), out.column("a"));
    assertEquals(Arrays.asList(1, 2, null, null, null), out.column("b"));
    SourceSpec.Csv withNull = new SourceSpec.Csv(true, ';', '\'', "UTF-8", "\\N");
    Collected other = Sources.read(folder, withNull, "a;b\n\\N;'\\N'\n'x;y';1\n", A, B);
    assertEquals(Arrays.asList(null, "x;y"), other.column("a"));
    assertEquals(Arrays.asList(null, 1), other.column("b"));
  }

  @Test
  void requiredColumnsMustBeThere() throws Exception {
    Column required = required("b", INT);
    assertEquals(
        List.of("column b: empty, but declared NOT NULL"), read("a,b\nx,\n", A, required).errors());
    Collected out = read("a,c\nx,1\ny,2\n", A, required);
    String reason = "column b: missing from the header, but declared NOT NULL";
    assertEquals(List.of(reason, reason, reason), out.errors());
    assertEquals(List.of("a,c", "x,1", "y,2"), out.rawTexts());
    assertEquals(List.of(folder + "/data: every record is rejected: " + reason), out.warnings);
  }

  @Test
  void aHeaderThatIsDataRejectsTheFile() throws Exception {
    Collected out = read("x,1\ny,2\n", A, B);
    String reason = "the header names no column of the schema: \"x,1\"";
    assertEquals(List.of(reason, reason), out.errors());
    assertEquals(
        List.of("column a: twice in the header", "column a: twice in the header"),
        read("a,a\nx,y\n", A, B).errors());
  }

  /** As spreadsheets export them: the schema asks for columns that are there once. */
  @Test
  void namesThatComeTwiceOrNotAtAllLoseNothing() throws Exception {
    SourceSpec.Csv semicolons = new SourceSpec.Csv(true, ';', '"', "UTF-8", "");
    Column age = nullable("age", INT);
    Column name = nullable("name", STRING);
    Collected twice =
        Sources.read(
            folder,
            semicolons,
            "phone;age;name;phone;idcard\n111;30;Ann;222;X1\n333;40;Ben;444;X2\n",
            age,
            name);
    assertEquals(List.of(), twice.errors());
    assertEquals(List.of(30, 40), twice.column("age"));
    assertEquals(
        "{\"phone0\":\"111\",\"phone3\":\"222\",\"idcard\":\"X1\"}",
        twice.column("_rescued").get(0));
    Collected empty =
        Sources.read(
            folder,
            semicolons,
            "phone;age;name;;\n666;60;Dot;;\n777;70;Eve;x;y\n888;80;Fay\n999;90\n",
            age,
            name);
    assertEquals(List.of(60, 70, 80), empty.column("age"));
    assertEquals(
        List.of(
            "{\"phone\":\"666\"}",
            "{\"phone\":\"777\",\"_c3\":\"x\",\"_c4\":\"y\"}",
            "{\"phone\":\"888\"}"),
        empty.column("_rescued"));
    assertEquals(List.of("expected 3 to 5 fields, found 2: \"999;90\""), empty.errors());
    Collected variant =
        Sources.read(folder, semicolons, "phone;age;name;Age\n888;80;Fox;81\n", age, name);
    assertEquals(List.of(80), variant.column("age"));
    assertEquals(List.of("{\"phone\":\"888\",\"Age\":\"81\"}"), variant.column("_rescued"));
    assertEquals(
        List.of("column age: twice in the header, as Age and as AGE"),
        Sources.read(folder, semicolons, "Age;AGE\n1;2\n", age, name).errors().subList(0, 1));
    Collected between = read("a,,b\nx,lost?,1\n", A, B);
    assertEquals(List.of("{\"_c1\":\"lost?\"}"), between.column("_rescued"));
  }

  @Test
  void anEscapeMakesAQuoteInsideQuotesStandForItself() throws Exception {
    SourceSpec.Csv format =
        new SourceSpec.Csv(true, ',', '"', '\\', SourceSpec.Csv.NONE, 0, "UTF-8", "");
    String text =
        """
        a,b
        "say \\"hi\\", twice",1
        "ends with \\\\",2
        "a tab \\t, a path C:\\x",3
        "a doubled "" quote",4
        plain \\" text,5
        "two
        lines, the end of one escaped \\
        too",6
        """;
    Collected out = Sources.read(folder, format, text, A, B);
    assertEquals(List.of(), out.errors());
    assertEquals(
        List.of(
            "say \"hi\", twice",
            "ends with \\",
            "a tab \\t, a path C:\\x",
            "a doubled \" quote",
            "plain \\\" text",
            "two\nlines, the end of one escaped \\\ntoo"),
        out.column("a"));
    assertEquals(List.of(1, 2, 3, 4, 5, 6), out.column("b"));
    Collected message = Sources.decode(format, "\"one \\\"\nrecord\",1\n", A, B);
    assertEquals(List.of("one \"\nrecord"), message.column("a"));
  }

  @Test
  void commentsAndLinesAtTheStartArePassedOver() throws Exception {
    SourceSpec.Csv format =
        new SourceSpec.Csv(true, ',', '"', SourceSpec.Csv.NONE, '#', 2, "UTF-8", "");
    Collected out =
        Sources.read(
            folder,
            format,
            "Report of \"May\r\n\"\r\n# he said, \"\r\na,b\r\nx,1\r\n#,\"\r\n\"#y\",2\r\nz#,3\r\n#",
            A,
            B);
    assertEquals(List.of(), out.errors());
    assertEquals(List.of("x", "#y", "z#"), out.column("a"));
    assertEquals(folder + "/data:5", out.rows.get(0).getString("_position"));
    assertEquals(0, Sources.read(folder, format, "only\n\"two", A, B).records());
    SourceSpec.Csv wide =
        new SourceSpec.Csv(false, ',', '"', SourceSpec.Csv.NONE, '#', 1, "UTF-16LE", "");
    byte[] bytes = "skipped \"\n#\"\nx,1\n".getBytes(StandardCharsets.UTF_16LE);
    assertEquals(List.of("x"), Sources.read(folder, wide, bytes, A, B).column("a"));
  }

  @Test
  void withoutAQuoteQuotesAreText() throws Exception {
    SourceSpec.Csv format = new SourceSpec.Csv(true, '\t', SourceSpec.Csv.NONE, "UTF-8", "NULL");
    Collected out = Sources.read(folder, format, "a\tb\n\"5 inch\t1\n\0\t2\nNULL\t3\n", A, B);
    assertEquals(List.of(), out.errors());
    assertEquals(Arrays.asList("\"5 inch", "\0", null), out.column("a"));
  }

  /** Written by a library that is not ours. */
  @Test
  void whateverAnotherLibraryWritesIsReadAsItWas() throws Exception {
    Random random = new Random(5);
    String signs = "ab\",;'#\\\n\r\t \u00e4\u20ac";
    for (int round = 0; round < 200; round++) {
      char delimiter = ",;\t|".charAt(random.nextInt(4));
      char quote = "\"'".charAt(random.nextInt(2));
      StringWriter text = new StringWriter();
      List<List<Object>> expected = List.of(new ArrayList<>(), new ArrayList<>());
      try (CsvWriter writer =
          CsvWriter.builder()
              .fieldSeparator(delimiter)
              .quoteCharacter(quote)
              .commentCharacter('#')
              .quoteStrategy(random.nextBoolean() ? QuoteStrategies.ALWAYS : null)
              .lineDelimiter(LineDelimiter.values()[random.nextInt(2)])
              .build(text)) {
        writer.writeRecord("a", "c");
        for (int i = 0; i < 20; i++) {
          if (random.nextInt(5) == 0) {
            writer.writeComment("a comment, " + quote);
          }
          String a = field(random, signs);
          String c = field(random, signs);
          writer.writeRecord(a, c);
          expected.get(0).add(a);
          expected.get(1).add(c);
        }
      }
      SourceSpec.Csv format =
          new SourceSpec.Csv(true, delimiter, quote, SourceSpec.Csv.NONE, '#', 0, "UTF-8", "");
      Collected out = Sources.read(folder, format, text.toString(), A, nullable("c", STRING));
      assertEquals(List.of(), out.errors(), () -> text.toString());
      assertEquals(expected.get(0), out.column("a"), () -> text.toString());
      assertEquals(expected.get(1), out.column("c"), () -> text.toString());
    }
  }

  /** Never empty, which is NULL, and never a lone blank, which would leave a blank line. */
  private static String field(Random random, String signs) {
    StringBuilder field = new StringBuilder("x");
    for (int i = random.nextInt(6); i > 0; i--) {
      field.insert(
          random.nextInt(field.length() + 1), signs.charAt(random.nextInt(signs.length())));
    }
    return field.toString();
  }

  @Test
  void unknownColumnsAreRescued() throws Exception {
    Collected out = read("a,gate,b,note\nx,B12,1,\"say \"\"hi\"\"\"\ny,,2,\n", A, B);
    assertEquals(
        Arrays.asList("{\"gate\":\"B12\",\"note\":\"say \\\"hi\\\"\"}", null),
        out.column("_rescued"));
  }

  /** In UTF-16, U+0909 is the bytes of two tabs, and U+2000 those of a blank and a zero. */
  @Test
  void charactersMadeOfTheBytesOfBlanksAreNoBlanks() throws Exception {
    SourceSpec.Csv wide = new SourceSpec.Csv(false, ',', '"', "UTF-16LE", "");
    byte[] bytes = "\u0909\n \t\n\u2000\n".getBytes(StandardCharsets.UTF_16LE);
    assertEquals(List.of("\u0909", "\u2000"), Sources.read(folder, wide, bytes, A).column("a"));
  }

  @Test
  void aMessageIsOneRecordWhateverItsQuotes() {
    assertEquals(List.of(), Sources.decode(Sources.CSV, "5\",\"x\ny\"", A, A2).errors());
    assertEquals(
        List.of("more than one CSV record in a message: \"5\",a\u00b76\",b\""),
        Sources.decode(Sources.CSV, "5\",a\n6\",b", A, A2).errors());
  }

  @Test
  void withoutAHeaderTheSchemasOrderCounts() throws Exception {
    Collected out = Sources.read(folder, Sources.CSV_WITHOUT_HEADER, "x,1\ny,2,\n", A, B);
    assertEquals(List.of("x", "y"), out.column("a"));
    assertEquals(List.of(folder + "/data:1", folder + "/data:2"), out.column("_position"));
  }

  @Test
  void filesWithoutRecordsGiveNothing() throws Exception {
    for (String content : List.of("", "\uFEFF", "a,b", "a,b\n", "\"a\",\"b\"\r\n\r\n", "\n\n")) {
      Collected out = read(content, A, B);
      assertEquals(0, out.records(), content);
      assertEquals(List.of(), out.warnings);
    }
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstNameAndWinsOverTheEncoding() throws Exception {
    SourceSpec.Csv latin = new SourceSpec.Csv(true, ',', '"', "ISO-8859-1", "");
    assertEquals(
        List.of("\u00e9"), Sources.read(folder, latin, "\uFEFFa,b\n\u00e9,1\n", A, B).column("a"));
    for (String name : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
      byte[] bytes = "\uFEFFa,b\r\n\"\u4e2d,\r\nx\",1\r\n\r\ny,2".getBytes(Charset.forName(name));
      Collected out = Sources.read(folder, latin, bytes, A, B);
      assertEquals(List.of("\u4e2d,\r\nx", "y"), out.column("a"), name);
      assertEquals(List.of(folder + "/data:2", folder + "/data:5"), out.column("_position"));
    }
  }

  @Test
  void declaredEncodingsAreRead() throws Exception {
    SourceSpec.Csv latin = new SourceSpec.Csv(true, ',', '"', "windows-1252", "");
    byte[] bytes = "a,b\n\u20ac\u00e9,1\n".getBytes(Charset.forName("windows-1252"));
    assertEquals(List.of("\u20ac\u00e9"), Sources.read(folder, latin, bytes, A, B).column("a"));
    SourceSpec.Csv wide = new SourceSpec.Csv(true, ',', '"', "UTF-16LE", "");
    assertEquals(
        List.of("x"),
        Sources.read(folder, wide, "a,b\nx,1".getBytes(StandardCharsets.UTF_16LE), A, B)
            .column("a"));
    SourceException unknown =
        assertThrows(
            SourceException.class,
            () -> Sources.read(folder, new SourceSpec.Csv(true, ',', '"', "latin", ""), "a", A));
    assertTrue(unknown.getMessage().contains("there is no encoding \"latin\""));
    SourceException mainframe =
        assertThrows(
            SourceException.class,
            () -> Sources.read(folder, new SourceSpec.Csv(true, ',', '"', "IBM037", ""), "a", A));
    assertTrue(mainframe.getMessage().contains("files in encoding IBM037 cannot be read"));
  }

  @Test
  void malformedBytesAreRejectedWithTheBytes() throws Exception {
    byte[] bytes = "a,b\nx?y,1\nz,2\n".getBytes(StandardCharsets.UTF_8);
    bytes[5] = (byte) 0xE9;
    Collected out = Sources.read(folder, Sources.CSV, bytes, A, B);
    assertEquals(List.of("invalid UTF-8 at byte 1"), out.errors());
    assertArrayEquals(Arrays.copyOfRange(bytes, 4, 9), out.rejected.get(0).raw());
    assertEquals(List.of("z"), out.column("a"));
  }

  @Test
  void valuesOfTheWrongTypeAreRejected() throws Exception {
    Column[] columns = {
      B,
      nullable("d", DOUBLE),
      nullable("t", BOOLEAN),
      nullable("day", DATE),
      nullable("m", new DataType.Decimal(4, 2)),
      nullable("l", new DataType.Array(INT))
    };
    Collected out =
        read(
            "b,d,t,day,m,l\n"
                + "0.00,1e3,TRUE,2024-01-02,1.5,\"[1,2]\"\n"
                + "\"1,000\",,,,,\n"
                + "1.5,,,,,\n"
                + "3000000000,,,,,\n"
                + ",0x1p3,,,,\n"
                + ",,yes,,,\n"
                + ",,,1/2/2024,,\n"
                + ",,,,123.4,\n"
                + ",,,,,\"[1,\"\n",
            columns);
    assertEquals(
        List.of(
            "column b: expected INT, found \"1,000\"",
            "column b: 1.5 is no whole number, expected INT",
            "column b: 3000000000 does not fit INT",
            "column d: expected DOUBLE, found \"0x1p3\"",
            "column t: expected BOOLEAN, found \"yes\"",
            "column day: expected DATE as yyyy-MM-dd, found \"1/2/2024\"",
            "column m: 123.4 does not fit DECIMAL(4,2)",
            "column l: expected ARRAY<INT> as JSON, found \"[1,\""),
        out.errors());
    assertEquals(List.of(0), out.column("b"));
    assertEquals(List.of(1000.0), out.column("d"));
    assertEquals(List.of(new BigDecimal("1.50")), out.column("m"));
    assertEquals(List.of(List.of(1, 2)), out.column("l"));
  }

  @Test
  void textBehindAClosingQuoteRejectsThatRecordOnly() throws Exception {
    Collected out = read("a,b\n\"x\"y,1\nz,2\n", A, B);
    assertEquals(List.of("field 1 goes on after its closing quote: \"y,1\""), out.errors());
    assertEquals(List.of("z"), out.column("a"));
    assertEquals(List.of("in\"side"), read("a,b\nin\"side,1\n", A, B).column("a"));
  }

  @Test
  void aQuoteThatIsNeverClosedIsOneRejectedRecord() throws Exception {
    Collected out = read("a,b\nx,1\n\"y,2\nz,3\n", A, B);
    assertEquals(List.of("x"), out.column("a"));
    assertEquals(
        List.of(
            "a quote opened in this record is never closed: nothing from line 3 to the end of the"
                + " file is read as a record"),
        out.errors());
    assertEquals(List.of("\"y,2\nz,3\n"), out.rawTexts());
    assertEquals(folder + "/data:3", out.rejected.get(0).position());
  }

  @Test
  void overlongRecordsAreCutAndTheNextOnesRead() throws Exception {
    String content = "\"" + "x".repeat(5000) + "\"\nshort\n\"" + "y\n".repeat(5000);
    RecordSplitter records =
        RecordSplitter.csv(
            new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)),
            TextEncoding.UTF_8,
            new byte[0],
            Sources.CSV,
            1024);
    List<String> found = new ArrayList<>();
    while (records.next()) {
      found.add(records.line() + " " + records.length() + " " + records.fault());
    }
    assertEquals(
        List.of(
            "1 512 longer than 1024 bytes; only its first 512 are kept",
            "2 5 ",
            "3 512 a quote opened in this record is never closed: nothing from line 3 to the end of"
                + " the file is read as a record"),
        found);
  }

  @Test
  void messagesOfATopicAreOneRecordEach() {
    Column[] columns = {A, B};
    assertEquals(List.of("x"), Sources.decode(Sources.CSV, "x,1\r\n", columns).column("a"));
    assertEquals(List.of("x\ny"), Sources.decode(Sources.CSV, "\"x\ny\",1", columns).column("a"));
    assertEquals(
        List.of("more than one CSV record in a message: \"x,1\u00b7y,2\""),
        Sources.decode(Sources.CSV, "x,1\ny,2", columns).errors());
    assertEquals(
        List.of("field 1 opens a quote that is never closed: \"x,1\""),
        Sources.decode(Sources.CSV, "\"x,1", columns).errors());
    assertEquals(List.of("the record is empty"), Sources.decode(Sources.CSV, "", columns).errors());
  }
}
