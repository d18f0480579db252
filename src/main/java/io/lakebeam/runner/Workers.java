package io.lakebeam.runner;

import io.lakebeam.spec.profile.RunnerProfile;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * The machines that work for a runner, to be asked before an update: what they see, and what they
 * may do.
 *
 * <pre>{@code
 * try (Workers workers = Workers.of(profile, "airlines")) {
 *   List<String> hosts = workers.call(8, new HostName());
 * }
 * }</pre>
 */
public interface Workers extends AutoCloseable {
  /** What a worker is asked for; a class with a name, since that is what an error shows. */
  interface Task<T extends Serializable> extends Serializable {
    /**
     * Does it once.
     *
     * @param number of this call, from 0 on
     */
    T call(int number) throws Exception;
  }

  /**
   * Those of a profile: for Spark the SparkContext that this JVM has, or one of its own.
   *
   * @throws UpdateFailedException when there is no Spark, or it does not start
   */
  static Workers of(RunnerProfile profile, String pipeline) {
    return profile.runner().equals("direct")
        ? new ThreadWorkers()
        : SparkWorkers.start(profile, pipeline);
  }

  /** Those of this process. */
  static Workers inThisProcess() {
    return new ThreadWorkers();
  }

  /**
   * Has a task done by as many workers at once as there are, and gives what they said by number.
   *
   * @throws Exception what the first that failed has thrown, or the runner instead of it
   */
  <T extends Serializable> List<T> call(int times, Task<T> task) throws Exception;

  /** How many calls can be under way at the same time. */
  int atOnce();

  /** Spark's version; empty where there is none. */
  Optional<String> sparkVersion();

  /** A setting of Spark as it is in use; empty when nobody has said it. */
  Optional<String> sparkSetting(String name);

  @Override
  default void close() {}
}
