/** The bytes of a record, of a message or out of a file, into a row of its source. */
package io.lakebeam.source.decode;
