/**
 * Delta tables: schemas, data files, snapshots, commits. {@link io.lakebeam.delta.DeltaTable} is
 * the port; delta-standalone's types do not leave this package.
 */
package io.lakebeam.delta;
