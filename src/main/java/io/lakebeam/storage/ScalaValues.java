package io.lakebeam.storage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scala.Product2;
import scala.collection.Iterable;
import scala.collection.Iterator;

/**
 * What Spark and delta-standalone give as values of Scala's library, as values of Java's. The one
 * class that touches that library: it uses what is alike in Scala 2.12 and 2.13.
 */
public final class ScalaValues {
  private ScalaValues() {}

  /**
   * A sequence's elements.
   *
   * @param sequence one of Scala's, of that type
   */
  @SuppressWarnings("unchecked")
  public static <T> List<T> list(Object sequence) {
    List<T> list = new ArrayList<>();
    for (Iterator<T> each = ((Iterable<T>) sequence).iterator(); each.hasNext(); ) {
      list.add(each.next());
    }
    return List.copyOf(list);
  }

  /**
   * Values by key, in their order.
   *
   * @param pairs of Scala's, of two strings each
   */
  static Map<String, String> map(Object[] pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (Object pair : pairs) {
      Product2<?, ?> two = (Product2<?, ?>) pair;
      map.put((String) two._1(), (String) two._2());
    }
    return map;
  }
}
