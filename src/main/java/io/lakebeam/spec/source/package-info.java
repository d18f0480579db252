/** Sources as they are declared: topics, files and their formats. */
package io.lakebeam.spec.source;
