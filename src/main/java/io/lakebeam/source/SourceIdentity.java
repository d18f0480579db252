package io.lakebeam.source;

import io.lakebeam.graph.ErrorCode;
import java.io.Serializable;
import java.util.Objects;

/**
 * Which topic positions belong to, whatever its name: one that was deleted and made anew has
 * another id, and so has the cluster that another broker of that name belongs to.
 *
 * @param cluster empty when the broker does not say
 * @param topic empty when the broker does not say, as those before Kafka 2.8 and Event Hubs may
 */
public record SourceIdentity(String cluster, String topic) implements Serializable {
  /** Of a source that has none, or does not say. */
  public static final SourceIdentity UNKNOWN = new SourceIdentity("", "");

  public SourceIdentity {
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(topic, "topic");
  }

  /** With what this one knows, and else what was known before. */
  public SourceIdentity orElse(SourceIdentity before) {
    return new SourceIdentity(
        cluster.isEmpty() ? before.cluster : cluster, topic.isEmpty() ? before.topic : topic);
  }

  /**
   * False when both know the same thing otherwise: what one of them does not know decides nothing.
   */
  public boolean mayBe(SourceIdentity other) {
    return isAlike(cluster, other.cluster) && isAlike(topic, other.topic);
  }

  private static boolean isAlike(String one, String other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }

  /**
   * What to tell of a source whose positions were those of another one.
   *
   * @param reading what the source reads, for people
   */
  public SourceException isNot(SourceIdentity before, String source, String reading) {
    boolean isOfOtherCluster = !isAlike(cluster, before.cluster);
    return SourceException.permanent(
        ErrorCode.TOPIC_REPLACED,
        source,
        reading + " is not the one that was read so far",
        isOfOtherCluster
            ? "it is in the cluster " + cluster + ", and was in " + before.cluster
            : "it was deleted and made anew: its id is " + topic + ", and was " + before.topic,
        "Give the source another name, which starts it anew at its starting_offsets (if it is the"
            + " only source, the pipeline as well); or, if this one holds the same records at the"
            + " same offsets, run with --accept-topic, which goes on where reading stands");
  }
}
