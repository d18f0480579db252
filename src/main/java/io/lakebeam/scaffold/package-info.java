/**
 * Starts pipeline projects: a small one that runs at once, or one that is proposed after a look at
 * records of files or of a topic. What it proposes it has tried on them with the readers that a run
 * uses.
 */
package io.lakebeam.scaffold;
