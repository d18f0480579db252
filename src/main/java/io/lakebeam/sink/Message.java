package io.lakebeam.sink;

import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A row on its way.
 *
 * @param id the same each time the row is sent, and of no other row
 * @param key in UTF-8; null for none
 * @param json the row as a JSON object, in UTF-8
 */
record Message(String id, byte @Nullable [] key, byte[] json) implements Serializable {}
