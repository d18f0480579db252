package io.lakebeam.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.source.kafka.BrokerCertificate;
import io.lakebeam.source.kafka.TopicProbe;
import io.lakebeam.spec.KafkaConsent;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private final List<Finding> findings = new ArrayList<>();

  @Test
  void whatRestsOnAFailureIsSkipped() {
    Checks checks = new Checks("s", Duration.ofSeconds(30), findings::add);
    checks.check("first", () -> new Outcome.Ok("fine"));
    assertEquals(
        Optional.empty(),
        checks.find(
            "second",
            () ->
                new Checks.Found<>(
                    1, new Outcome.Failed(ErrorCode.UNEXPECTED, "broken", "why", "mend it"))));
    checks.check("third", () -> new Outcome.Ok("never asked"));
    checks.aside("fourth", () -> new Outcome.Ok("never asked"));
    assertEquals(
        List.of(
            new Finding("s", "first", new Outcome.Ok("fine")),
            new Finding(
                "s",
                "second",
                new Outcome.Failed(ErrorCode.UNEXPECTED, "broken", "why", "mend it")),
            new Finding("s", "third", new Outcome.Skipped("second")),
            new Finding("s", "fourth", new Outcome.Skipped("second"))),
        findings);
    assertFalse(Doctor.isWell(findings));
    assertTrue(Doctor.isWell(findings.subList(0, 1)));
  }

  @Test
  void aFailureAsideSkipsNothing() {
    Checks checks = new Checks("s", Duration.ofSeconds(30), findings::add);
    checks.aside("first", () -> new Outcome.Failed(ErrorCode.UNEXPECTED, "broken", "", ""));
    checks.check("second", () -> new Outcome.Ok("fine"));
    assertEquals(new Outcome.Ok("fine"), findings.get(1).outcome());
  }

  @Test
  void whatHangsIsInterruptedAndLeftBehind() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Checks checks = new Checks("s", Duration.ofMillis(50), findings::add);
    checks.check(
        "hangs",
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return new Outcome.Ok("too late");
        });
    interrupted.await();
    Outcome.Failed late = assertInstanceOf(Outcome.Failed.class, findings.get(0).outcome());
    assertTrue(late.told().problem().startsWith("no answer within"), late.told().problem());
  }

  @Test
  void whatAPipelineSaysOfItsStoresIsPutToUse(@TempDir java.nio.file.Path folder) {
    PipelineSpec spec = stores(folder, "region: eu-doctor-1");
    doctor().stores(spec);
    assertEquals(
        List.of(
            new Finding("storage", "settings", new Outcome.Ok("1 settings of stores are in use"))),
        findings);
    assertEquals(
        "eu-doctor-1",
        Storage.of(spec.storage()).configuration().get("fs.s3a.bucket.of-doctor.endpoint.region"));
    doctor().stores(stores(folder, "").withSources(List.of()));
    assertEquals(1, findings.size(), "nothing is told of a pipeline that says nothing");
  }

  @Test
  void aSecretOfAStoreThatIsNotSetIsNamed(@TempDir java.nio.file.Path folder) {
    doctor().stores(stores(folder, "access_key: \"${NOBODY_SETS_1}\", secret_key: \"${A}\""));
    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, findings.get(0).outcome());
    assertTrue(
        failed.told().problem().startsWith("${NOBODY_SETS_1} is not set"), failed.told().problem());
    assertTrue(failed.told().fix().contains("export NOBODY_SETS_1=..."), failed.told().fix());
  }

  @Test
  void aConnectionThatIsNotSafeIsWarnedOf() {
    Map<String, SecretText> properties =
        Map.of("security.protocol", new SecretText("SASL_PLAINTEXT"));
    Outcome.Warning warning =
        assertInstanceOf(
            Outcome.Warning.class, settings("b.example:9093", properties, true).outcome());
    assertEquals(
        "topic t at b.example:9093, over a connection that is not safe", warning.told().problem());
    assertEquals(
        "security.protocol is SASL_PLAINTEXT: credentials travel without encryption",
        warning.told().cause());
    assertInstanceOf(
        Outcome.Warning.class, settings("b.example:9092", Map.of(), false).outcome(), "PLAINTEXT");
    assertInstanceOf(Outcome.Ok.class, settings("localhost:9093", properties, false).outcome());
    assertInstanceOf(
        Outcome.Ok.class,
        settings("b.example:9093", Map.of("security.protocol", new SecretText("SASL_SSL")), false)
            .outcome());
  }

  private static Checks.Found<TopicProbe> settings(
      String servers, Map<String, SecretText> properties, boolean insecure) {
    SourceSpec source =
        new SourceSpec(
            "s",
            new SourceSpec.Kafka(
                servers,
                "t",
                Optional.empty(),
                properties,
                SourceSpec.StartingOffsets.EARLIEST,
                Optional.empty(),
                new KafkaConsent(insecure, false, Trust.AS_DATA)),
            new SourceSpec.Text(),
            TableSchema.of(Column.required("line", DataType.Primitive.STRING)),
            false,
            SourceLocation.of("pipeline.yaml"));
    return TopicChecks.settings(
        TopicProbe.of(source, SecretText::reference, Duration.ofSeconds(1)));
  }

  private Doctor doctor() {
    return new Doctor(
        Clock.systemUTC(), SecretText::reference, Duration.ofSeconds(30), findings::add);
  }

  private static PipelineSpec stores(java.nio.file.Path folder, String bucket) {
    String storage = bucket.isEmpty() ? "" : "storage: {s3: {of-doctor: {" + bucket + "}}}\n";
    new TestingPipeline(folder)
        .yaml(
            "pipeline: p\n"
                + storage
                + "sources: {s: {files: in/*.csv, format: csv, schema: id INT}}\n"
                + "datasets: {b: {streaming_table: {from: s}}}\n");
    return new PipelineReader()
        .read(PipelineLocation.find("p", folder, folder), Map.of(), name -> null);
  }

  @Test
  void aNameThatNoColumnCanHaveGetsItsRename(@TempDir java.nio.file.Path folder) throws Exception {
    Files.writeString(folder.resolve("a.csv"), "Order ID,name,x\n1,a,1\n2,b,2\n");
    SourceSpec source =
        new SourceSpec(
            "orders",
            new SourceSpec.Files(folder + "/*.csv"),
            new SourceSpec.Csv(true, ',', '"', "UTF-8", ""),
            TableSchema.of(
                Column.nullable("order_id", DataType.Primitive.INT),
                Column.nullable("name", DataType.Primitive.STRING),
                Column.nullable("y", DataType.Primitive.STRING)),
            false,
            SourceLocation.of("pipeline.yaml"));
    new FileChecks(Storage.PLAIN, source, error -> error)
        .run(new Checks("orders", Duration.ofSeconds(30), findings::add));
    assertEquals(
        new Outcome.Warning(
            ErrorCode.INPUT_MISMATCHED,
            "no record has a value for order_id (the data has \"Order ID\")",
            "names match exactly, or else ignoring case; others go to _rescued",
            "Add rename: {\"Order ID\": order_id} beside the source's schema"),
        findings.get(1).outcome());
  }

  @Test
  void anUnexpectedErrorIsAFailureToo() {
    Checks checks = new Checks("s", Duration.ofSeconds(30), findings::add);
    checks.check(
        "throws",
        () -> {
          throw new IOException("disk on fire");
        });
    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, findings.get(0).outcome());
    assertTrue(failed.told().cause().contains("disk on fire"), failed.told().cause());
  }

  @Test
  void whatExplainsItselfIsToldAsItSays() {
    Checks checks = new Checks("s", Duration.ofSeconds(30), findings::add);
    checks.check(
        "throws",
        () -> {
          throw new LeaseLostException("p", "another run has just started");
        });
    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, findings.get(0).outcome());
    assertEquals(ErrorCode.LEASE_HELD, failed.told().code());
    assertEquals(
        "pipeline p is run by somebody else: another run has just started",
        failed.told().problem());
  }

  @Test
  void anOldJavaAndLittleMemoryAreTold() {
    assertEquals(new Outcome.Ok("Java 17"), Doctor.java(17));
    assertEquals(
        new Outcome.Failed(
            ErrorCode.MACHINE_UNFIT, "Java 11 is too old", "", "Install Java 17 or newer"),
        Doctor.java(11));
    assertEquals(new Outcome.Ok("4.0 GiB of memory at most"), Doctor.memory(4L << 30));
    assertInstanceOf(Outcome.Warning.class, Doctor.memory(1L << 29));
  }

  @Test
  void aCertificateThatExpiresSoonIsWarnedOf() {
    assertEquals(
        new Outcome.Ok("CN=hub, trusted until 2027-01-01, TLSv1.3"),
        TopicChecks.certificate(certificate("2027-01-01T00:00:00Z"), NOW));
    Outcome.Warning soon =
        assertInstanceOf(
            Outcome.Warning.class,
            TopicChecks.certificate(certificate("2026-03-14T00:00:00Z"), NOW));
    assertEquals("the broker's certificate expires on 2026-03-14", soon.told().problem());
  }

  @Test
  void clocksThatDifferAreWarnedOf() {
    assertInstanceOf(Outcome.Ok.class, LakeProbe.skew(written(NOW.minusSeconds(15)), NOW));
    assertInstanceOf(Outcome.Ok.class, LakeProbe.skew(written(NOW.plusSeconds(15)), NOW));
    assertEquals(
        "this machine's clock is 16 s ahead of the storage's",
        ((Outcome.Warning) LakeProbe.skew(written(NOW.minusSeconds(16)), NOW)).told().problem());
    assertEquals(
        "this machine's clock is 60 s behind the storage's",
        ((Outcome.Warning) LakeProbe.skew(written(NOW.plusSeconds(60)), NOW)).told().problem());
  }

  private static BrokerCertificate certificate(String expires) {
    return new BrokerCertificate("CN=hub", Instant.parse(expires), "TLSv1.3");
  }

  private static FileStatus written(Instant at) {
    return new FileStatus(1, false, 1, 1, at.toEpochMilli(), new Path("/probe"));
  }
}
