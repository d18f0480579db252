package io.lakebeam.sql.catalyst;

import java.util.function.Supplier;

/** Makes what needs generated code where that code finds the classes it names. */
public final class GeneratedCode {
  private GeneratedCode() {}

  public static <T> T of(Supplier<T> maker) {
    Engine.start();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // A job's classes are below those of its cluster, and not every thread of it knows them.
    thread.setContextClassLoader(GeneratedCode.class.getClassLoader());
    try {
      return maker.get();
    } catch (AssertionError e) {
      // Catalyst loses count of what some expressions have in common, and asserts that it has not.
      return Engine.sharingNothing(maker);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
