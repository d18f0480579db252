/**
 * Tables whose files are sorted by the keys of their rows, each with the range of its keys in the
 * log: a change of some keys touches those files only that may have them.
 */
package io.lakebeam.delta.sorted;
