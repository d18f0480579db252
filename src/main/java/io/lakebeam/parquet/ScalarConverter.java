package io.lakebeam.parquet;

import java.util.function.Consumer;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/** Single values; those that a dictionary holds are decoded once for a row group. */
final class ScalarConverter extends PrimitiveConverter {
  private final ScalarDecoder decoder;
  private final Consumer<Object> target;
  private Object[] dictionary;

  ScalarConverter(ScalarDecoder decoder, Consumer<Object> target) {
    this.decoder = decoder;
    this.target = target;
  }

  @Override
  public boolean hasDictionarySupport() {
    return true;
  }

  @Override
  public void setDictionary(Dictionary values) {
    dictionary = new Object[values.getMaxId() + 1];
    for (int id = 0; id < dictionary.length; id++) {
      dictionary[id] = decoder.fromDictionary(values, id);
    }
  }

  @Override
  public void addValueFromDictionary(int id) {
    target.accept(dictionary[id]);
  }

  @Override
  public void addBinary(Binary value) {
    target.accept(decoder.fromBinary(value));
  }

  @Override
  public void addBoolean(boolean value) {
    target.accept(decoder.fromBoolean(value));
  }

  @Override
  public void addDouble(double value) {
    target.accept(decoder.fromDouble(value));
  }

  @Override
  public void addFloat(float value) {
    target.accept(decoder.fromFloat(value));
  }

  @Override
  public void addInt(int value) {
    target.accept(decoder.fromInt(value));
  }

  @Override
  public void addLong(long value) {
    target.accept(decoder.fromLong(value));
  }
}
