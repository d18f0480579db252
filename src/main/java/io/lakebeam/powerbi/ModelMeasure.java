package io.lakebeam.powerbi;

/**
 * A measure of a semantic model.
 *
 * @param folder the display folder; empty for none
 */
record ModelMeasure(String table, String name, String dax, String format, String folder) {}
