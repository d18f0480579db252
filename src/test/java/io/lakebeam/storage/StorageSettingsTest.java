package io.lakebeam.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class StorageSettingsTest {
  /** As delta-standalone asks for it when it opens a table's log. */
  private static final String LOG_STORES = "(?:spark\\.)?delta\\.logStore\\.\\w+\\.impl";

  private final Configuration settings = new StorageSettings();

  @Test
  void whatIsFoundIsWhatHadoopFinds() {
    Configuration hadoop = new Configuration();
    for (String regex : new String[] {LOG_STORES, "^fs\\.", "impl$", "nothing at all"}) {
      assertEquals(hadoop.getValByRegex(regex), settings.getValByRegex(regex));
      assertEquals(hadoop.getValByRegex(regex), settings.getValByRegex(regex));
    }
  }

  @Test
  void aSettingThatComesGoesOrChangesLaterIsSeen() {
    assertEquals(Map.of(), settings.getValByRegex(LOG_STORES));
    settings.set("delta.logStore.x.impl", "X");
    assertEquals(Map.of("delta.logStore.x.impl", "X"), settings.getValByRegex(LOG_STORES));
    settings.set("delta.logStore.x.impl", "Y", "a test");
    assertEquals(Map.of("delta.logStore.x.impl", "Y"), settings.getValByRegex(LOG_STORES));
    settings.unset("delta.logStore.x.impl");
    assertEquals(Map.of(), settings.getValByRegex(LOG_STORES));
    settings.set("spark.delta.logStore.x.impl", "Z");
    settings.reloadConfiguration();
    assertEquals(Map.of("spark.delta.logStore.x.impl", "Z"), settings.getValByRegex(LOG_STORES));
  }

  @Test
  void whatIsFoundIsTheCallers() {
    settings.set("delta.logStore.x.impl", "X");
    settings.getValByRegex(LOG_STORES).clear();
    assertEquals(Map.of("delta.logStore.x.impl", "X"), settings.getValByRegex(LOG_STORES));
  }
}
