package io.lakebeam.pipeline;

import io.lakebeam.pipeline.compile.NamedClass;
import io.lakebeam.spec.Trust;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;

/** Makes the transforms that pipelines name by class. */
public final class TransformLoader {
  private TransformLoader() {}

  /** A class that cannot serve as a transform; the message says why. */
  public static final class UnusableTransformException extends Exception {
    public UnusableTransformException(String message) {
      super(message);
    }
  }

  /**
   * Makes a transform with its constructor of one {@code Map<String, String>}, or its constructor
   * without arguments when there are no options.
   */
  @SuppressWarnings("unchecked") // the transform says itself what it reads and gives
  public static PTransform<PCollectionTuple, PCollection<Row>> load(
      String className, Map<String, String> options, Trust trust)
      throws UnusableTransformException {
    try {
      Class<?> type = type(className);
      NamedClass.checkOrigin(type, trust);
      return (PTransform<PCollectionTuple, PCollection<Row>>) make(type, options);
    } catch (NamedClass.UnusableClassException e) {
      throw new UnusableTransformException(
          e.isMissing() ? "there is no such class on the class path" : e.getMessage());
    } catch (LinkageError e) {
      throw new UnusableTransformException("it cannot be loaded: " + e);
    } catch (InvocationTargetException e) {
      throw new UnusableTransformException("its constructor fails: " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new UnusableTransformException(
          options.isEmpty()
              ? "it has no public constructor without arguments"
              : "it has no public constructor of one Map, which its options: need");
    }
  }

  private static Class<?> type(String className) throws NamedClass.UnusableClassException {
    return NamedClass.load(
        className,
        "it is no org.apache.beam.sdk.transforms.PTransform",
        PTransform.class::isAssignableFrom);
  }

  private static Object make(Class<?> type, Map<String, String> options)
      throws ReflectiveOperationException {
    for (Constructor<?> constructor : type.getConstructors()) {
      if (constructor.getParameterCount() == 1
          && constructor.getParameterTypes()[0].equals(Map.class)) {
        return constructor.newInstance(options);
      }
    }
    if (!options.isEmpty()) {
      throw new NoSuchMethodException(type.getName());
    }
    return type.getConstructor().newInstance();
  }
}
