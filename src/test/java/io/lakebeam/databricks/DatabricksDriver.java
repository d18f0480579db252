package io.lakebeam.databricks;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A driver as Databricks' is: it has a SparkContext that has done something before a task comes,
 * then attaches the task's libraries to a class loader below the runtime's own, and runs the task's
 * main class in it. The context outlives the tasks. Runs in a JVM with a runtime's class path.
 *
 * <p>Arguments: a file with a line for each class whose place is told, a file with a line for each
 * task (its main class and arguments, separated by tabs), then the jars. Spark's settings are
 * system properties, as spark-submit gives them.
 */
public final class DatabricksDriver {
  /** Printed for each task, with how it ended. */
  static final String TASK = "driver: task ";

  /** Printed for each class, with the name of the jar that it comes from. */
  static final String FROM = "driver: from ";

  private DatabricksDriver() {}

  /** The context class loader when Spark starts; it gets the jars later. */
  private static final class LibraryClassLoader extends URLClassLoader {
    LibraryClassLoader(ClassLoader parent) {
      super("libraries", new URL[0], parent);
    }

    void attach(URL jar) {
      addURL(jar);
    }
  }

  public static void main(String[] args) throws Exception {
    LibraryClassLoader libraries = new LibraryClassLoader(DatabricksDriver.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(libraries);
    SparkContext context = new SparkContext(new SparkConf().setAppName("databricks"));
    long warm = JavaSparkContext.fromSparkContext(context).parallelize(List.of(1, 2, 3), 3).count();
    System.out.println("ready, after " + warm + " rows");
    for (String jar : List.of(args).subList(2, args.length)) {
      libraries.attach(Path.of(jar).toUri().toURL());
      if (jar.endsWith(".jar")) {
        context.addJar(jar);
      }
    }
    for (String name : Files.readAllLines(Path.of(args[0]))) {
      System.out.println(FROM + name + " " + place(name, libraries));
    }
    boolean allDone = true;
    for (String task : Files.readAllLines(Path.of(args[1]))) {
      String[] words = task.split("\t", -1);
      String end = run(libraries, words[0], List.of(words).subList(1, words.length));
      allDone &= end.equals("done");
      System.out.println(TASK + end + (context.isStopped() ? ", and Spark is stopped" : ""));
    }
    context.stop();
    System.exit(allDone ? 0 : 1);
  }

  private static String place(String name, ClassLoader loader) throws Exception {
    try {
      URL place =
          Class.forName(name, false, loader).getProtectionDomain().getCodeSource().getLocation();
      return Path.of(place.toURI()).getFileName().toString();
    } catch (ClassNotFoundException e) {
      return "nowhere";
    }
  }

  private static String run(ClassLoader loader, String main, List<String> arguments)
      throws ReflectiveOperationException {
    try {
      loader
          .loadClass(main)
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments.toArray(String[]::new));
      return "done";
    } catch (InvocationTargetException e) {
      e.getCause().printStackTrace(System.out);
      return "failed: " + e.getCause();
    }
  }
}
