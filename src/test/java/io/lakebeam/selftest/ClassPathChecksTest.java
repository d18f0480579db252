package io.lakebeam.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.doctor.Outcome;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class ClassPathChecksTest {
  @Test
  void anotherSparkOrScalaIsRefused() {
    assertEquals(
        new Outcome.Ok("Spark 3.5.2, Scala 2.12.15"), ClassPathChecks.spark("3.5.2", "2.12.15"));
    assertInstanceOf(Outcome.Failed.class, ClassPathChecks.spark("4.0.0", "2.13.16"));
    assertInstanceOf(Outcome.Failed.class, ClassPathChecks.spark("3.5.2", "2.13.8"));
    assertInstanceOf(Outcome.Warning.class, ClassPathChecks.spark("3.4.1", "2.12.15"));
  }

  @Test
  void heartbeatsThatMayEndAreWarnedOf() {
    assertInstanceOf(Outcome.Ok.class, ClassPathChecks.heartbeats("false"));
    Outcome.Warning warning =
        assertInstanceOf(Outcome.Warning.class, ClassPathChecks.heartbeats("true"));
    assertTrue(
        warning.told().fix().contains("heartbeat.dropZeroAccumulatorUpdates: false to spark_conf"),
        warning.told().fix());
  }

  @Test
  void aClassThatOneSideLacksIsTold() throws Exception {
    Outcome.Failed failed =
        assertInstanceOf(
            Outcome.Failed.class,
            ClassPathChecks.unseen(
                new RuntimeException(
                    "Job aborted due to stage failure: Exception while getting task result:\n"
                        + " java.lang.ClassNotFoundException: org.apache.beam.X\n at ...")));
    assertEquals("java.lang.ClassNotFoundException: org.apache.beam.X", failed.told().cause());
    assertTrue(failed.told().fix().contains("/databricks/jars"), failed.told().fix());
    assertThrows(IOException.class, () -> ClassPathChecks.unseen(new IOException("disk on fire")));
  }

  @Test
  void onlyUtcIsUtc() {
    assertTrue(WorkerVisit.isUtc(TimeZone.getTimeZone("Etc/UTC")));
    assertTrue(!WorkerVisit.isUtc(TimeZone.getTimeZone("Europe/London")));
  }

  @Test
  void aQueryIsAnswered() {
    assertInstanceOf(Outcome.Ok.class, WorkerVisit.answer(new WorkerVisit().call(0)));
    assertInstanceOf(
        Outcome.Failed.class,
        WorkerVisit.answer(new WorkerVisit.Said("1@host", "UTC", true, "ROME 41")));
  }

  @Test
  void aLibraryThatIsNowhereIsNamed() throws IOException {
    ClassLoader own = ClassPathChecksTest.class.getClassLoader();
    assertInstanceOf(Outcome.Ok.class, new Libraries(own).origins());
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      Outcome.Failed failed =
          assertInstanceOf(Outcome.Failed.class, new Libraries(empty).origins());
      assertEquals("there is no beam on the class path", failed.told().problem());
    }
  }
}
