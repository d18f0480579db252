/**
 * Delivers rows outward once they are committed. What is to be delivered is the table's own log
 * ({@link io.lakebeam.sink.Outbox}); how far each sink is, is kept beside the ledger ({@link
 * io.lakebeam.sink.Delivered}). So nothing is lost, and what is sent again after a failure has the
 * same ids.
 */
package io.lakebeam.sink;
