package io.lakebeam.scaffold;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.file.FileColumns;
import io.lakebeam.source.file.Magic;
import io.lakebeam.source.file.TextBytes;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Looks at files and finds how a run would read them. */
final class FileSample {
  private static final int HEAD_BYTES = 1 << 18;

  private static final Map<String, byte[]> MARKS =
      Map.of(
          "UTF-8", new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
          "UTF-16LE", new byte[] {(byte) 0xFF, (byte) 0xFE},
          "UTF-16BE", new byte[] {(byte) 0xFE, (byte) 0xFF});

  private final DataFiles files;
  private final String shown;
  private final SampleReader reader;
  private final List<Slice.FileSlice> slices;

  private FileSample(DataFiles files, String shown) {
    this.files = files;
    this.shown = shown;
    this.slices = files.sampled();
    this.reader = reader(slices);
  }

  /**
   * What was found.
   *
   * @param pattern below the folder of the files
   */
  record Found(Sample sample, String pattern, List<String> notes) {}

  /**
   * Looks at files.
   *
   * @param shown the path as it was typed
   * @throws ScaffoldException when nothing can be proposed for them
   */
  static Found of(DataFiles files, String shown) {
    try {
      FileSample looked = new FileSample(files, shown);
      Sample sample = looked.sample();
      List<String> notes = new ArrayList<>();
      return new Found(sample, looked.pattern(sample, notes), notes);
    } catch (SourceException e) {
      throw new ScaffoldException(e.told());
    }
  }

  private static SampleReader reader(List<Slice.FileSlice> slices) {
    return new SampleReader(new SourceSpec.Files("/*"), slices, SecretText::reference);
  }

  private Sample sample() {
    SampleProposal proposal = new SampleProposal(reader, shown);
    Slice.FileSlice first = slices.get(0);
    String kind = magic(Path.of(first.path()));
    if (kind.equals("Parquet") || files.kind() == DataFiles.Kind.PARQUET) {
      return parquet(proposal);
    }
    if (kind.equals("an Avro file") || files.kind() == DataFiles.Kind.AVRO) {
      throw new ScaffoldException(
          ErrorCode.INPUT_UNREADABLE,
          "nothing is proposed for " + shown,
          "Avro files can be read, but init does not look into them",
          "Start with lakebeam init NAME alone, and declare format: avro and a schema");
    }
    byte[] head = head(first);
    String charset = charset(head);
    String text = new String(head, java.nio.charset.Charset.forName(charset)).strip();
    text = text.startsWith("\uFEFF") ? text.substring(1).strip() : text;
    if (text.isEmpty()) {
      throw DataFiles.empty(shown);
    }
    boolean looksLikeJson = text.startsWith("{") || text.startsWith("[");
    if (files.kind() == DataFiles.Kind.JSON
        || (files.kind() == DataFiles.Kind.OTHER && looksLikeJson)) {
      return proposal.json(true);
    }
    return text(proposal, charset, head, text);
  }

  private Sample text(SampleProposal proposal, String charset, byte[] head, String text) {
    CsvGuess guess = csv(charset, head);
    if (guess != null) {
      boolean isAlone = guess.records().size() < 2 && guess.hasHeader();
      if (isAlone) {
        throw new ScaffoldException(
            ErrorCode.INPUT_UNREADABLE,
            shown + " has one line only",
            "it looks like a header, with no record behind it",
            "Add some records: types and rules are proposed after a look at them");
      }
      return proposal.csv(guess);
    }
    if (!charset.startsWith("UTF")) {
      throw noData(text.length() + " characters of it are no UTF-8");
    }
    return proposal.text(List.of(new SampledColumn("line", "line", Primitive.STRING, "")));
  }

  /** How separated values are written; null when nothing separates any. */
  private @Nullable CsvGuess csv(String charset, byte[] head) {
    boolean isCsv = files.kind() == DataFiles.Kind.CSV;
    boolean isCut = head.length == HEAD_BYTES;
    Path beginning = null;
    try {
      beginning = Files.createTempFile("lakebeam-init-", ".txt");
      Files.write(beginning, head);
      SampleReader some = reader(List.of(DataFiles.slice(beginning)));
      return CsvGuess.of(some, isCut, charset)
          .orElseGet(() -> isCsv ? CsvGuess.ofOneField(some, isCut, charset) : null);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a temporary file", e);
    } finally {
      if (beginning != null) {
        Project.delete(beginning);
      }
    }
  }

  /** Columns of all files that are looked at: a later one may have more. */
  private Sample parquet(SampleProposal proposal) {
    Map<String, Column> columns = new LinkedHashMap<>();
    for (Slice.FileSlice slice : slices) {
      FileColumns.ofParquet(Storage.PLAIN, "data", slice.path())
          .forEach(column -> columns.putIfAbsent(column.name(), column));
    }
    if (columns.isEmpty()) {
      throw noData("it has no column that can be read");
    }
    return proposal.columns(new SourceSpec.Parquet(), List.copyOf(columns.values()));
  }

  private ScaffoldException noData(String why) {
    return new ScaffoldException(
        ErrorCode.INPUT_UNREADABLE,
        shown + " is no data that can be looked at",
        why,
        "Name files of CSV, JSON, text or Parquet; those of text may be packed with gzip, bzip2,"
            + " zstd or Snappy");
  }

  private static String magic(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Magic.of(in.readNBytes(Magic.LENGTH)).map(Magic.Kind::label).orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static byte[] head(Slice.FileSlice file) {
    try (InputStream stored = Files.newInputStream(Path.of(file.path()));
        InputStream in = TextBytes.of("data", file.path(), stored, () -> {})) {
      return in.readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.path(), e);
    }
  }

  /** How text is encoded; what holds characters that no text has is none. */
  private String charset(byte[] head) {
    for (Map.Entry<String, byte[]> mark : MARKS.entrySet()) {
      if (Magic.startsWith(head, mark.getValue())) {
        return mark.getKey();
      }
    }
    for (byte c : head) {
      boolean isControl = c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f';
      if (isControl) {
        throw noData("it holds bytes that are no text");
      }
    }
    CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    // The last character may be cut off.
    for (int cut = 0; cut < 4 && cut < head.length; cut++) {
      try {
        utf8.decode(ByteBuffer.wrap(head, 0, head.length - cut));
        return "UTF-8";
      } catch (CharacterCodingException e) {
        if (head.length < HEAD_BYTES) {
          break;
        }
      }
    }
    return "windows-1252";
  }

  /** The files that the source is to read. */
  private String pattern(Sample sample, List<String> notes) {
    if (Files.isDirectory(files.given())) {
      return files.pattern();
    }
    String name = files.given().getFileName().toString();
    DataFiles beside = files.beside();
    if (beside.files().isEmpty()) {
      return DataFiles.suffix(files.given()).isEmpty() ? DataFiles.literal(name) : files.pattern();
    }
    for (Slice.FileSlice other : beside.sampled()) {
      if (!isAlike(sample, other)) {
        notes.add(
            "only "
                + name
                + " is read: "
                + Path.of(other.path()).getFileName()
                + " beside it has other columns");
        return DataFiles.literal(name);
      }
    }
    notes.add(
        SampleProposal.count(beside.files().size(), "file")
            + " beside it "
            + (beside.files().size() == 1 ? "looks" : "look")
            + " alike: the source reads "
            + files.pattern());
    return files.pattern();
  }

  /** True for a file that gives rows with all of the columns, and nothing else. */
  private boolean isAlike(Sample sample, Slice.FileSlice other) {
    try {
      if (sample.format() instanceof SourceSpec.Csv csv && csv.header()) {
        SampledColumn any = new SampledColumn("field", "field", Primitive.STRING, "");
        SourceSpec.Csv bare =
            new SourceSpec.Csv(false, csv.delimiter(), csv.quote(), csv.charset(), "");
        List<Slice.FileSlice> both = List.of(other);
        if (!firstRecord(reader(both).read(bare, List.of(any)))
            .equals(firstRecord(reader.read(bare, List.of(any))))) {
          return false;
        }
      }
      SampleReader.Read read = reader(List.of(other)).read(sample.format(), sample.columns());
      return read.rejected().isEmpty()
          && read.rows().stream().noneMatch(SampleReader.Row::hasRescued);
    } catch (SourceException e) {
      return false;
    }
  }

  private static String firstRecord(SampleReader.Read read) {
    String row =
        read.rows().stream()
            .map(each -> each.values().get(HiddenColumns.RAW.name()))
            .map(String::valueOf)
            .findFirst()
            .orElse("");
    return read.rejected().stream()
        .map(each -> new String(each.raw(), StandardCharsets.ISO_8859_1))
        .findFirst()
        .orElse(row);
  }
}
