package io.lakebeam.graph;

import java.io.Serializable;

/**
 * A column that another one is computed from.
 *
 * @param relation the source or dataset that has it
 * @param column as it is declared there
 */
public record ColumnOrigin(String relation, String column) implements Serializable {}
