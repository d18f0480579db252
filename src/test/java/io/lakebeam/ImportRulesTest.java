package io.lakebeam;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintStream;

/** Who may import whom: the arrows of the architecture, with no violation stored away. */
@AnalyzeClasses(
    packages = "io.lakebeam",
    importOptions = {ImportOption.DoNotIncludeTests.class, ImportRulesTest.OnlyOurs.class})
class ImportRulesTest {
  /** Leaves out what is taken of others, below names of Lakebeam's. */
  static final class OnlyOurs implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/io/lakebeam/shaded/");
    }
  }

  private static final String ROOT = "io.lakebeam.";

  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.lakebeam..")
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy(ROOT + "cli..")
          .layer("shipped")
          .definedBy(ROOT + "demo..", ROOT + "airlines..", ROOT + "vehicles..")
          .layer("selftest")
          .definedBy(ROOT + "selftest..")
          .layer("console")
          .definedBy(ROOT + "console..", ROOT + "share..")
          .layer("look")
          .definedBy(ROOT + "lake..", ROOT + "review..")
          .layer("runner")
          .definedBy(
              ROOT + "runner..",
              ROOT + "doctor..",
              ROOT + "quarantine..",
              ROOT + "unittest..",
              ROOT + "junit..",
              ROOT + "scaffold..",
              ROOT + "powerbi..")
          .layer("pipeline")
          .definedBy(ROOT + "pipeline..")
          .layer("parts")
          .definedBy(
              ROOT + "source..",
              ROOT + "delta..",
              ROOT + "epoch..",
              ROOT + "event..",
              ROOT + "sink..")
          .layer("model")
          .definedBy(ROOT + "sql..", ROOT + "graph..", ROOT + "spec..", ROOT + "expectation..")
          .layer("parquet")
          .definedBy(ROOT + "parquet..")
          .layer("row")
          .definedBy(ROOT + "row..")
          .layer("storage")
          .definedBy(ROOT + "storage..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("shipped")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("selftest")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("console")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("look")
          .mayOnlyBeAccessedByLayers("cli", "console")
          .whereLayer("runner")
          .mayOnlyBeAccessedByLayers("cli", "selftest", "console", "look")
          .whereLayer("pipeline")
          .mayOnlyBeAccessedByLayers("cli", "selftest", "console", "look", "runner")
          .whereLayer("parts")
          .mayOnlyBeAccessedByLayers("cli", "selftest", "console", "look", "runner", "pipeline")
          .whereLayer("parquet")
          .mayOnlyBeAccessedByLayers("parts")
          .whereLayer("row")
          .mayOnlyBeAccessedByLayers(
              "cli",
              "selftest",
              "console",
              "look",
              "runner",
              "pipeline",
              "parts",
              "parquet",
              "model")
          .whereLayer("storage")
          .mayOnlyBeAccessedByLayers(
              "cli", "selftest", "console", "look", "runner", "pipeline", "parts", "parquet");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.lakebeam.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_CYCLES_OF_INNER_ROOMS =
      slices().matching("io.lakebeam.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_CYCLES_OF_ROOMS_WITHIN_INNER_ROOMS =
      slices().matching("io.lakebeam.*.*.(*)..").should().beFreeOfCycles();

  /** How a file is written down is known to those who read it. */
  @ArchTest
  static final ArchRule YAML_STAYS_IN_SPEC =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "spec..")
          .should()
          .dependOnClassesThat(resideInAPackage(ROOT + "spec.yaml.."));

  @ArchTest
  static final ArchRule GRAPH_IS_PURE =
      classes()
          .that()
          .resideInAPackage(ROOT + "graph..")
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage("java..", ROOT + "graph.."));

  @ArchTest
  static final ArchRule RULES_ARE_PURE =
      classes()
          .that()
          .resideInAPackage(ROOT + "expectation..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("java..", ROOT + "expectation..", ROOT + "graph.."));

  /** Files of others and of the lake are read alike, whoever asks. */
  @ArchTest
  static final ArchRule THE_PARQUET_READER_KNOWS_NO_SOURCE_AND_NO_TABLE =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "parquet..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  ROOT + "source..",
                  ROOT + "delta..",
                  ROOT + "epoch..",
                  ROOT + "event..",
                  ROOT + "sql..",
                  ROOT + "spec..",
                  ROOT + "expectation.."));

  /** Rows are Spark's; who has no rows, and an author's Java, knows nothing of it. */
  @ArchTest
  static final ArchRule SPARK_IS_FOR_ROWS_AND_QUERIES =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + "row..",
              ROOT + "sql..",
              ROOT + "source..",
              ROOT + "parquet..",
              ROOT + "delta..",
              ROOT + "event..",
              ROOT + "sink..",
              ROOT + "pipeline..",
              ROOT + "doctor..",
              ROOT + "selftest..",
              ROOT + "quarantine..",
              ROOT + "unittest..",
              ROOT + "junit..",
              ROOT + "scaffold..",
              ROOT + "lake..",
              ROOT + "review..",
              ROOT + "console..",
              ROOT + "share..",
              ROOT + "cli..")
          .should()
          .dependOnClassesThat(resideInAPackage(ROOT + "shaded.."));

  /** What is said of a pipeline is known without Beam, storage or a broker. */
  @ArchTest
  static final ArchRule SPECS_KNOW_NO_ENGINE =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "spec..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "org.apache.beam..", "org.apache.hadoop..", "org.apache.kafka..", "io.delta.."));

  /** Another Delta engine can take this one's place behind the port. */
  @ArchTest
  static final ArchRule DELTA_STANDALONE_STAYS_BEHIND_ITS_PORT =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "delta..")
          .should()
          .dependOnClassesThat(resideInAPackage("io.delta.."));

  /** Another Scala is another Spark: what depends on it stands in one place. */
  @ArchTest
  static final ArchRule SCALA_IS_TOUCHED_BY_ONE_CLASS =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.lakebeam.storage.ScalaValues")
          .should()
          .dependOnClassesThat(resideInAPackage("scala.."));

  /** What others wrote is printed by the one class that keeps terminals from obeying it. */
  @ArchTest
  static final ArchRule ONLY_THE_CONSOLE_PRINTS =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.lakebeam.cli.terminal.Console")
          .and()
          // Passes on what libraries print by themselves, but for what it leaves out.
          .doNotHaveFullyQualifiedName("io.lakebeam.cli.terminal.WithoutRejections")
          .should()
          .callMethodWhere(
              target(owner(assignableTo(PrintStream.class)))
                  .and(target(nameMatching("print.*|append|write|format"))));

  /** Whoever asks a server takes its answer in the same bounds. */
  @ArchTest
  static final ArchRule ANSWERS_ARE_TAKEN_BY_NOBODY_IN_PARTICULAR =
      classes()
          .that()
          .resideInAPackage(ROOT + "http..")
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage("java..", ROOT + "http..", ROOT + "graph.."));

  /** A pipeline is deployed by what is said of it, from a machine that need not run it. */
  @ArchTest
  static final ArchRule DEPLOYING_KNOWS_NO_ENGINE =
      classes()
          .that()
          .resideInAPackage(ROOT + "deploy..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "javax.net.ssl..",
                  "com.fasterxml.jackson..",
                  "org.yaml.snakeyaml..",
                  ROOT + "deploy..",
                  ROOT + "http..",
                  ROOT + "spec..",
                  ROOT + "graph..",
                  ROOT + "expectation.."));

  /** A Power BI project is made of what is said of a pipeline, and of nothing that runs it. */
  @ArchTest
  static final ArchRule POWER_BI_KNOWS_NO_ENGINE =
      classes()
          .that()
          .resideInAPackage(ROOT + "powerbi..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "com.fasterxml.jackson..",
                  ROOT + "powerbi..",
                  ROOT + "spec..",
                  ROOT + "graph.."));

  /** The JDK's own way takes bodies of any size, and waits for them for ever. */
  @ArchTest
  static final ArchRule ANSWERS_ARE_BOUNDED =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "http..")
          .should()
          .callMethodWhere(
              describe(
                  "HttpClient sends a request",
                  call ->
                      call.getTargetOwner().isAssignableTo(java.net.http.HttpClient.class)
                          && call.getName().startsWith("send")))
          .orShould()
          .callMethod(java.net.URL.class, "openStream")
          .orShould()
          .callMethod(java.net.URL.class, "openConnection");
}
