package io.lakebeam.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.source.file.SliceCutter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A part of a large file, for one of several workers. It is made when the file is about to be read,
 * by {@link SliceCutter}, and forgotten then: plans and positions know whole files only.
 *
 * @param from where it begins in the file: a byte, or the number of a row group of Parquet, from 0
 * @param to where it ends, in the same measure
 * @param before lines or rows of the file that come before it
 * @param weight in rows, more or less
 */
public record FilePart(FileSlice file, long from, long to, long before, long weight)
    implements Slice {
  public FilePart {
    Objects.requireNonNull(file, "file");
    if (from < 0 || to <= from || before < 0) {
      throw new IllegalArgumentException("no part of " + file + ": [" + from + ", " + to + ")");
    }
  }

  /** True for the part with the file's beginning. */
  @Override
  public boolean isFirst() {
    return from == 0;
  }

  @Override
  public String source() {
    return file.source();
  }

  @Override
  public Optional<FileSlice> ofFile() {
    return Optional.of(file);
  }

  @Override
  public OptionalLong rows() {
    return OptionalLong.empty();
  }

  @Override
  public List<FilePart> parts(long maxRows) {
    return List.of(this);
  }

  @Override
  public Optional<FilePart> upTo(SourcePosition end) {
    return file.upTo(end).map(whole -> this);
  }

  @Override
  public FilePart newest(long maxRows) {
    return this;
  }

  @Override
  public SourcePosition position() {
    return file.position();
  }

  @Override
  public String described() {
    return file.described();
  }

  @Override
  public void tell(ObjectNode event) {
    file.tell(event);
  }

  /** Always fails: it is not kept. */
  @Override
  public void write(ObjectNode node) {
    throw new UnsupportedOperationException("a part of a file is planned nowhere: " + file);
  }

  @Override
  public <T> T as(Kinds<T> kinds) {
    return kinds.part(this);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
