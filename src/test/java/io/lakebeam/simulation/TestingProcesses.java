package io.lakebeam.simulation;

import io.lakebeam.storage.Storage;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Processes of which one runs at a time and the others stand still, wherever they are: what happens
 * follows from the order of turns alone, although each is a thread with its own stack.
 */
final class TestingProcesses {
  static {
    // Delta reads a log with as many threads as there are processors, which it makes each time.
    System.setProperty("scala.concurrent.context.numThreads", "1");
    // Made here, with all of Hadoop's defaults.
    Storage.PLAIN.configuration().size();
  }

  private static final Set<String> HADOOP =
      Set.of(
          "core-default.xml",
          "hdfs-default.xml",
          "mapred-default.xml",
          "yarn-default.xml",
          "core-site.xml",
          "hdfs-site.xml",
          "mapred-site.xml",
          "yarn-site.xml");

  /**
   * Hides the files of Hadoop's settings, which Parquet parses for each checkpoint that it reads,
   * only to go on with the settings it is given.
   */
  static final ClassLoader WITHOUT_DEFAULTS =
      new ClassLoader(TestingProcesses.class.getClassLoader()) {
        @Override
        public @Nullable URL getResource(String name) {
          return HADOOP.contains(name) ? null : super.getResource(name);
        }
      };

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "simulated process");
            thread.setDaemon(true);
            thread.setContextClassLoader(WITHOUT_DEFAULTS);
            return thread;
          });

  private static final ThreadLocal<Process> CURRENT = new ThreadLocal<>();

  private final Semaphore controller = new Semaphore(0);
  private final List<Process> alive = new ArrayList<>();

  /** As if by kill -9: nothing that the process does from then on reaches anybody. */
  static final class Killed extends Error {
    Killed() {
      super("killed", null, false, false);
    }
  }

  /** One process. */
  final class Process {
    private final String name;
    private final Semaphore turn = new Semaphore(0);
    private boolean killed;
    private Throwable failure;

    private Process(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    boolean isKilled() {
      return killed;
    }

    /** What it ended with, other than by itself or a kill; null when nothing. */
    Throwable failure() {
      return failure;
    }

    void kill() {
      killed = true;
      throw new Killed();
    }

    /** Has it die as soon as it has a turn. */
    void end() {
      killed = true;
    }

    /** Lets others have turns, and waits for the next. */
    void pause() {
      controller.release();
      turn.acquireUninterruptibly();
    }

    private void run(Runnable program) {
      turn.acquireUninterruptibly();
      CURRENT.set(this);
      try {
        if (!killed) {
          program.run();
        }
      } catch (Killed e) {
        killed = true;
      } catch (Throwable e) {
        // Whatever it is, it is the simulation's to report, with the seed.
        failure = killed ? null : e;
      } finally {
        CURRENT.remove();
        alive.remove(this);
        controller.release();
      }
    }
  }

  /** The process whose thread this is; null on the simulation's own. */
  static Process current() {
    return CURRENT.get();
  }

  /** Begins a process, which waits for its first turn. */
  Process start(String name, Runnable program) {
    Process process = new Process(name);
    alive.add(process);
    THREADS.execute(() -> process.run(program));
    return process;
  }

  /** Gives a process the turn until it pauses or ends. */
  void turn(Process process) {
    process.turn.release();
    controller.acquireUninterruptibly();
  }

  /** Those that have not ended, in the order they began. */
  List<Process> alive() {
    return List.copyOf(alive);
  }
}
