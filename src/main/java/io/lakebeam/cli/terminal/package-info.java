/** Where commands print, what they warn of and log, and how they are stopped. */
package io.lakebeam.cli.terminal;
