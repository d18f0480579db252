/** Files: what is new in a folder, and the reading of files of each format. */
package io.lakebeam.source.file;
