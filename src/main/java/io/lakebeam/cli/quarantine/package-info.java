/** Commands for whoever reviews what was refused. */
package io.lakebeam.cli.quarantine;
