/**
 * What was refused of a pipeline's rows, and why: the read model that whoever reviews it shares.
 */
package io.lakebeam.quarantine;
