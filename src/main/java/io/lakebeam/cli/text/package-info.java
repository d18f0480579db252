/** What commands print: tables, amounts, times and rows as text and JSON. */
package io.lakebeam.cli.text;
