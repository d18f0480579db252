package io.lakebeam.pipeline.compile;

import io.lakebeam.spec.Trust;
import java.security.CodeSource;
import java.util.List;
import java.util.function.Predicate;

/**
 * A class that a pipeline names. It is looked at before it is initialized, because even that runs
 * its code, and whether it is meant for pipelines is known only then.
 */
public final class NamedClass {
  /** Packages of the shipped examples. */
  private static final List<String> SHIPPED =
      List.of("io.lakebeam.airlines.", "io.lakebeam.vehicles.");

  private NamedClass() {}

  /** A class that cannot be had; the message says why. */
  public static final class UnusableClassException extends Exception {
    private final boolean isMissing;

    public UnusableClassException(String message, boolean isMissing) {
      super(message);
      this.isMissing = isMissing;
    }

    /** True when there is no such class at all. */
    public boolean isMissing() {
      return isMissing;
    }
  }

  /**
   * Loads a class without initializing it.
   *
   * @param unfit what is told when it is not fit
   */
  public static Class<?> load(String name, String unfit, Predicate<Class<?>> isFit)
      throws UnusableClassException {
    Class<?> type;
    try {
      type = Class.forName(name, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new UnusableClassException("there is no class " + name + " on the class path", true);
    } catch (LinkageError e) {
      throw new UnusableClassException(name + " cannot be loaded: " + e, false);
    }
    if (isFit.test(type)) {
      return type;
    }
    throw new UnusableClassException(unfit, false);
  }

  /**
   * Refuses classes of Lakebeam's own libraries, unless the pipeline is trusted: Beam has hundreds
   * of transforms and functions, some of which write files or open connections. What is on {@code
   * LAKEBEAM_CLASSPATH} was put there for pipelines by whoever runs Lakebeam, and so were the
   * classes of the shipped examples.
   */
  public static void checkOrigin(Class<?> type, Trust trust) throws UnusableClassException {
    String name = type.getName();
    boolean isShipped = SHIPPED.stream().anyMatch(name::startsWith);
    boolean isLibrary =
        type.getClassLoader() == null
            || name.startsWith("org.apache.beam.")
            || name.startsWith("org.apache.spark.")
            || (name.startsWith("io.lakebeam.") && isOurs(type));
    if (trust == Trust.AS_DATA && isLibrary && !isShipped) {
      throw new UnusableClassException(
          name
              + " is a class of Lakebeam's libraries, which are not meant for pipelines; --trust"
              + " lets a pipeline use it",
          false);
    }
  }

  private static boolean isOurs(Class<?> type) {
    CodeSource theirs = type.getProtectionDomain().getCodeSource();
    CodeSource ours = NamedClass.class.getProtectionDomain().getCodeSource();
    return theirs != null
        && ours != null
        && theirs.getLocation() != null
        && theirs.getLocation().equals(ours.getLocation());
  }
}
