/** Topics: what is new in one, and the reading of ranges of offsets. */
package io.lakebeam.source.kafka;
