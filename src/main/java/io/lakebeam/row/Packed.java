package io.lakebeam.row;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * A value on its way, as bytes. A runner copies a function for each worker and bundle, and what a
 * key has gathered each time more comes: bytes copy fast, objects do not.
 *
 * @param bytes of Java's serialization
 */
public record Packed<T extends Serializable>(byte[] bytes) implements Serializable {
  /** Packs the value. */
  public static <T extends Serializable> Packed<T> of(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot pack " + value.getClass().getName(), e);
    }
    return new Packed<>(bytes.toByteArray());
  }

  /** The value, another object each time. */
  @SuppressWarnings("unchecked") // whoever packed it says what it is
  public T unpack() {
    try (ObjectInputStream in = new Input(new ByteArrayInputStream(bytes))) {
      return (T) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("cannot unpack a value", e);
    }
  }

  /** Knows the classes of the thread's loader: a cluster has one for the jars that users bring. */
  private static final class Input extends ObjectInputStream {
    Input(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(type.getName(), false, Thread.currentThread().getContextClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(type); // of a primitive, or not the thread's
      }
    }
  }
}
