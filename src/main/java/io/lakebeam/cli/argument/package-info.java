/** Arguments and options that commands share, and what they name. */
package io.lakebeam.cli.argument;
