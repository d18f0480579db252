package io.lakebeam.storage;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Hadoop's settings, which remember what they found by regular expressions until one is changed:
 * delta-standalone asks four times for each table that it opens, and each time Hadoop would match
 * its more than thousand settings. Settings are set and unset; resources are not added.
 * Thread-safe.
 */
final class StorageSettings extends Configuration {
  private final Map<String, Map<String, String>> found = new HashMap<>();

  @Override
  public synchronized Map<String, String> getValByRegex(String regex) {
    return new HashMap<>(found.computeIfAbsent(regex, super::getValByRegex));
  }

  @Override
  public synchronized void set(String name, String value, String source) {
    super.set(name, value, source);
    found.clear();
  }

  @Override
  public synchronized void unset(String name) {
    super.unset(name);
    found.clear();
  }

  /** Also when a library adds defaults of its own to those of every JVM. */
  @Override
  public synchronized void reloadConfiguration() {
    super.reloadConfiguration();
    found.clear();
  }
}
