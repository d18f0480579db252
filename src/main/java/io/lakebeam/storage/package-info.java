/** The one way to files, wherever they are: local folders, ADLS, S3, GCS. */
package io.lakebeam.storage;
