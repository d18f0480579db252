/**
 * Slices of sources become rows: what is new in a source ({@link
 * io.lakebeam.source.SourceDiscovery}), and the reading of what was planned ({@link
 * io.lakebeam.source.SourceReader}). Plain Java; the Beam transforms around it live elsewhere.
 */
package io.lakebeam.source;
