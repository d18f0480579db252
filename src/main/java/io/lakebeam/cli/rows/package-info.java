/** Commands that show rows of tables, and answer queries over them. */
package io.lakebeam.cli.rows;
