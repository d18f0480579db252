package io.lakebeam.cli.argument;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.powerbi.PowerBiFile;
import io.lakebeam.spec.powerbi.PowerBiSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.PipelineSearch;
import io.lakebeam.spec.testcase.PipelineTest;
import io.lakebeam.spec.testcase.TestFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Names a pipeline, for every command that needs one. */
public final class PipelineArgument {
  @Parameters(
      paramLabel = "PIPELINE",
      description = {
        "A name, looked for here and above as pipelines/NAME/pipeline.yaml or as a pipeline.yaml that"
            + " says so, or the path of a pipeline file or its folder; or of a .sql file of Delta Live"
            + " Tables, or a folder of them."
      })
  private String pipeline;

  @Mixin private Values values;
  @Mixin private TrustOption trust;

  /** What fills the pipeline's {@code ${...}}. */
  public static final class Values {
    @Option(
        names = "--set",
        paramLabel = "NAME=VALUE",
        description = "Value of a parameter or of an environment variable; may be repeated.")
    private Map<String, String> set = new LinkedHashMap<>();

    public Map<String, String> byName() {
      return set;
    }
  }

  /** The lake, where it is not the declared one. */
  public static final class Lake {
    @Option(
        names = "--lake",
        paramLabel = "URI",
        description = "The lake, instead of the pipeline's own: a URI or a path from here.")
    private String lake;

    /** The pipeline on that lake. */
    public PipelineSpec applyTo(PipelineSpec spec, Console console) {
      return lake == null ? spec : spec.withLake(absolute(lake, console));
    }
  }

  /** A URI as it is, a path made absolute. */
  static String absolute(String uriOrPath, Console console) {
    return isUri(uriOrPath) ? uriOrPath : console.resolve(uriOrPath).toString();
  }

  public static boolean isUri(String text) {
    return text.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  }

  /**
   * The pipeline as declared.
   *
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with its files
   */
  public PipelineSpec read(Console console) {
    return read(pipeline, values.byName(), trust.trust(), console);
  }

  /** The pipeline as far as its files can be read. */
  public PipelineDraft draft(Console console) {
    PipelineLocation location = locate(pipeline, trust.trust(), console);
    return new PipelineReader(trust.trust())
        .draft(location, values.byName(), console.environment());
  }

  /** Finds the pipeline, and says where when that is not where its user would look for it. */
  public static PipelineLocation locate(String name, Trust trust, Console console) {
    PipelineLocation location =
        new PipelineSearch(console.workingDirectory(), console.home(), trust).find(name);
    if (location.isElsewhere() && !name.contains("/")) {
      console.say("the pipeline " + name + " is " + location.file());
    }
    return location;
  }

  public static PipelineSpec read(
      String name, Map<String, String> values, Trust trust, Console console) {
    PipelineLocation location = locate(name, trust, console);
    return whole(new PipelineReader(trust).draft(location, values, console.environment()));
  }

  private static PipelineSpec whole(PipelineDraft draft) {
    if (!draft.problems().isEmpty()) {
      throw new PipelineException(draft.problems());
    }
    return draft.spec().orElseThrow();
  }

  /**
   * A pipeline and its tests.
   *
   * @param folder where tests are looked for, for people
   */
  public record Tested(PipelineSpec spec, List<PipelineTest> tests, String folder) {}

  /**
   * The pipeline as declared, with its tests.
   *
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with its files
   */
  public Tested tests(Console console) {
    PipelineLocation location = locate(pipeline, trust.trust(), console);
    PipelineSpec spec =
        whole(
            new PipelineReader(trust.trust())
                .draft(location, values.byName(), console.environment()));
    return new Tested(
        spec, TestFiles.read(spec, location), location.shown(TestFiles.folder(location)));
  }

  /** A pipeline, and what its author says of its Power BI project. */
  public record WithPowerBi(CompiledPipeline pipeline, PowerBiSpec powerBi) {}

  /**
   * The pipeline, checked, with what {@code power_bi.yaml} beside it says.
   *
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with its files
   */
  public WithPowerBi withPowerBi(Console console) {
    PipelineLocation location = locate(pipeline, trust.trust(), console);
    PipelineSpec spec =
        whole(
            new PipelineReader(trust.trust())
                .draft(location, values.byName(), console.environment()));
    return new WithPowerBi(PipelineCompiler.compile(spec), PowerBiFile.read(spec, location));
  }

  /**
   * The pipeline, checked; that there are notes on it is said.
   *
   * @param where the pipeline as declared is put to another place by it
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with it
   */
  public CompiledPipeline compile(Console console, UnaryOperator<PipelineSpec> where) {
    PipelineDraft draft = draft(console);
    CompiledPipeline compiled = PipelineCompiler.compile(where.apply(whole(draft)));
    int notes = draft.notes().size() + compiled.spec().notes().size();
    if (notes > 0) {
      console.say(
          Amounts.of(notes, "note") + " on what the SQL means here: lakebeam validate " + pipeline);
    }
    return compiled;
  }

  /**
   * The pipeline, checked, with its lake within reach.
   *
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with it
   * @throws io.lakebeam.storage.StorageException when a secret of its stores is not set
   */
  public CompiledPipeline open(Lake lake, Console console) {
    CompiledPipeline compiled = compile(console, spec -> lake.applyTo(spec, console));
    compiled.storage().open();
    return compiled;
  }
}
