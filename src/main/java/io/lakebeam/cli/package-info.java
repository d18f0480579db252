/** The commands. Nobody else prints. */
package io.lakebeam.cli;
