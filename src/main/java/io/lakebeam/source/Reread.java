package io.lakebeam.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A slice of a source that was read before, and that some tables take once more.
 *
 * @param slice as its source gives it
 * @param into the tables that take its rows
 */
public record Reread(Slice slice, Set<String> into) implements Slice {
  private static final String SLICE = "read_again";

  public Reread {
    Objects.requireNonNull(slice, "slice");
    into = Collections.unmodifiableSortedSet(new TreeSet<>(into));
    if (into.isEmpty() || !slice.into().isEmpty()) {
      throw new IllegalArgumentException(slice + " into " + into);
    }
  }

  /** What a source is asked for. */
  public static Slice bare(Slice slice) {
    return slice instanceof Reread reread ? reread.slice() : slice;
  }

  @Override
  public boolean isHistory() {
    return true;
  }

  @Override
  public String source() {
    return slice.source();
  }

  @Override
  public OptionalLong rows() {
    return slice.rows();
  }

  @Override
  public long weight() {
    return slice.weight();
  }

  @Override
  public List<Reread> parts(long maxRows) {
    return slice.parts(maxRows).stream().map(part -> new Reread(part, into)).toList();
  }

  /** All of it: where an update ends is said of what is new. */
  @Override
  public Optional<Reread> upTo(SourcePosition end) {
    return Optional.of(this);
  }

  @Override
  public Reread newest(long maxRows) {
    return new Reread(slice.newest(maxRows), into);
  }

  @Override
  public SourcePosition position() {
    return slice.position();
  }

  @Override
  public String described() {
    return slice.described();
  }

  @Override
  public void tell(ObjectNode event) {
    slice.tell(event);
  }

  @Override
  public void write(ObjectNode node) {
    slice.write(node.putObject(SLICE));
    into.forEach(node.putArray("into")::add);
  }

  @Override
  public <T> T as(Kinds<T> kinds) {
    return slice.as(kinds);
  }

  @Override
  public Optional<FileSlice> ofFile() {
    return slice.ofFile();
  }

  @Override
  public boolean isFirst() {
    return slice.isFirst();
  }

  /** True for what {@link #write} has written. */
  static boolean isIn(JsonNode node) {
    return node.has(SLICE);
  }

  static Reread of(JsonNode node) {
    Set<String> into = new TreeSet<>();
    node.get("into").forEach(table -> into.add(table.asText()));
    return new Reread(Slice.read(node.get(SLICE)), into);
  }

  @Override
  public String toString() {
    return slice.toString();
  }
}
