/** The demo: its run, and its tables held against what was published. */
package io.lakebeam.cli.demo;
