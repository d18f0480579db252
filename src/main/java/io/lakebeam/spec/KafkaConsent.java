package io.lakebeam.spec;

import java.io.Serializable;

/**
 * What goes beyond the rules for connections to brokers, and was agreed to.
 *
 * @param insecure the pipeline says that credentials and records may travel without encryption, or
 *     to a broker whose name nobody checks
 * @param privateEndpoint the pipeline says that its brokers are another way to the namespace that
 *     its credentials are for
 * @param trust of whoever gave the command in whoever wrote the pipeline
 */
public record KafkaConsent(boolean insecure, boolean privateEndpoint, Trust trust)
    implements Serializable {
  /** Nothing was agreed to. */
  public static final KafkaConsent NONE = new KafkaConsent(false, false, Trust.AS_DATA);
}
