package io.lakebeam.pipeline;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.source.BadFile;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Errors of a pipeline as they are told to people, in logs and to other systems: where they may
 * quote values of masked columns, without what they quote.
 */
public final class MaskedErrors implements Serializable {
  private static final Pattern CLASS = Pattern.compile("(?s)([\\w$]+(?:\\.[\\w$]+)+): .*");

  /** That of a view, which is shown behind how many there are. */
  private static final Pattern ROW = Pattern.compile("(?s), such as .*");

  private final HashMap<String, ValueMask> sources = new HashMap<>();
  private final HashMap<String, ValueMask> datasets = new HashMap<>();
  private final ValueMask any;

  private MaskedErrors(ValueMask any) {
    this.any = any;
  }

  /**
   * Of a source counts what is masked of the tables that get its rows; of one that is looked up in,
   * or that nothing reads, what is masked anywhere. Of a dataset counts what is masked of the
   * tables that it is computed from.
   */
  public static MaskedErrors of(CompiledPipeline pipeline) {
    MaskedErrors errors =
        new MaskedErrors(
            pipeline.streamingTables().stream()
                .map(CompiledTable::mask)
                .reduce(ValueMask.NONE, ValueMask::and));
    pipeline.streamingTables().forEach(table -> errors.datasets.put(table.name(), table.mask()));
    pipeline.windows().forEach(each -> errors.computed(each.name(), Set.of(each.upstream())));
    pipeline.upserts().forEach(each -> errors.computed(each.name(), Set.of(each.upstream())));
    // In topological order: what a view reads has been looked at before it.
    pipeline.views().forEach(view -> errors.computed(view.name(), new ArrayList<>(view.inputs())));
    for (SourceSpec source : pipeline.readSources()) {
      errors.sources.put(
          source.name(),
          pipeline.tablesFedBy(source.name()).stream()
              .map(CompiledTable::mask)
              .reduce(ValueMask.NONE, ValueMask::and));
    }
    return errors;
  }

  /** Of a pipeline that may not compile: whatever it masks counts everywhere. */
  public static MaskedErrors of(PipelineSpec spec) {
    Set<String> names = new TreeSet<>();
    spec.datasets()
        .forEach(
            dataset ->
                dataset
                    .refused()
                    .masks()
                    .forEach(mask -> names.add(mask.column().toLowerCase(Locale.ROOT))));
    return new MaskedErrors(new ValueMask(names));
  }

  private void computed(String name, Iterable<String> inputs) {
    ValueMask mask = datasets.getOrDefault(name, ValueMask.NONE);
    for (String input : inputs) {
      mask = mask.and(datasets.getOrDefault(input, ValueMask.NONE));
    }
    datasets.put(name, mask);
  }

  private ValueMask ofSource(String source) {
    return sources.getOrDefault(source, any);
  }

  /** Why a record of a source cannot be read. */
  public String ofRecord(String source, String error) {
    return ofSource(source).error(error, Set.of());
  }

  /** Why a file is set aside. */
  public BadFile of(BadFile file) {
    return new BadFile(
        file.source(), file.path(), ofFile(file.source(), file.path(), file.error()));
  }

  /** The same of its path and its error. */
  public String ofFile(String source, String path, String error) {
    int end = error.indexOf(path) < 0 ? 0 : error.indexOf(path) + path.length();
    return error.substring(0, end) + ofSource(source).error(error.substring(end), Set.of());
  }

  /** Why a source cannot be read. */
  public Problem ofSource(String source, Problem told) {
    return told.code() == ErrorCode.INPUT_UNREADABLE
        ? told.withCause(ofSource(source).unreadable(told.problem(), told.cause()))
        : told;
  }

  /** Why a dataset is not brought up to date. */
  public Problem ofDataset(String dataset, Problem told) {
    ValueMask mask = datasets.getOrDefault(dataset, any);
    if (mask.isEmpty()) {
      return told;
    }
    return switch (told.code()) {
      case QUERY_FAILED, VALUE_TOO_LARGE -> told.withCause(mask.failure(told.cause()));
      case EXPECTATION_VIOLATED -> told.withCause(ROW.matcher(told.cause()).replaceFirst(""));
      default -> told;
    };
  }

  /** An error that nobody has foreseen: of what it says only its class is shown. */
  public Problem ofUnexpected(Problem told) {
    return told.code() == ErrorCode.UNEXPECTED && !any.isEmpty()
        ? told.withCause(CLASS.matcher(told.cause()).replaceFirst("$1: …"))
        : told;
  }
}
