package io.lakebeam.catalyst;

import io.lakebeam.shaded.scala.Function1;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.PartialFunction;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.scala.jdk.javaapi.CollectionConverters;
import io.lakebeam.shaded.scala.runtime.AbstractPartialFunction;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Values and functions of the engine's Scala. */
final class Scala {
  private Scala() {}

  static <T> Seq<T> seq(List<? extends T> list) {
    return CollectionConverters.<T>asScala(List.<T>copyOf(list)).toSeq();
  }

  /** Scala's traits are no subclasses of what each of them is: the caller says which type it is. */
  @SuppressWarnings("unchecked")
  static <T> List<T> list(Seq<?> seq) {
    return (List<T>) CollectionConverters.asJava(seq);
  }

  static <T> Optional<T> optional(Option<T> option) {
    return option.isDefined() ? Optional.of(option.get()) : Optional.empty();
  }

  /** Defined where the function answers something. */
  static <T> PartialFunction<T, T> where(Function<T, Optional<? extends T>> function) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(T value) {
        return function.apply(value).isPresent();
      }

      @Override
      @SuppressWarnings("unchecked")
      public <A extends T, B> B applyOrElse(A value, Function1<A, B> otherwise) {
        Optional<? extends T> answer = function.apply(value);
        return answer.isPresent() ? (B) answer.get() : otherwise.apply(value);
      }
    };
  }
}
