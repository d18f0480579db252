/** Tries, on the machines that will run a pipeline, everything that a run rests on. */
package io.lakebeam.selftest;
