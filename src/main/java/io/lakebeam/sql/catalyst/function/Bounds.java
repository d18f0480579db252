package io.lakebeam.sql.catalyst.function;

import io.lakebeam.graph.Limits;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ArrayInsert;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ArrayRepeat;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ElementAt;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.FormatNumber;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.FormatString;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Levenshtein;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Sequence;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.StringLPad;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.StringRPad;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.StringRepeat;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.StringSpace;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.objects.StaticInvoke;
import io.lakebeam.shaded.spark.sql.types.ArrayType;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.IntegralType;
import io.lakebeam.shaded.spark.sql.types.YearMonthIntervalType;
import io.lakebeam.shaded.spark.unsafe.types.ByteArray;
import io.lakebeam.shaded.spark.unsafe.types.CalendarInterval;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.List;

/**
 * What a function may make of one row's values: one record must not take all memory or time. The
 * size is looked at before the function is called.
 */
public final class Bounds {
  private static final long DAY = 86_400_000_000L;

  private Bounds() {}

  /** The expression, with the sizes that it is asked for checked. */
  public static Expression in(Expression expression) {
    return Scala.rewrite(expression, Bounds::checked);
  }

  private static Expression checked(Expression each) {
    List<Expression> parts = new ArrayList<>(Scala.list(each.children()));
    if (each instanceof StringRepeat) {
      parts.set(1, call("times", parts.get(1).dataType(), parts.get(0), parts.get(1)));
    } else if (each instanceof StringSpace) {
      parts.set(0, call("characters", parts.get(0).dataType(), parts.get(0)));
    } else if (each instanceof StringLPad || each instanceof StringRPad) {
      parts.set(1, call("characters", parts.get(1).dataType(), parts.get(1)));
    } else if (each instanceof ArrayRepeat) {
      parts.set(1, call("elements", parts.get(1).dataType(), parts.get(1)));
    } else if (each instanceof Levenshtein) {
      parts.set(1, call("comparable", parts.get(1).dataType(), parts.get(0), parts.get(1)));
    } else if (each instanceof ArrayInsert) {
      parts.set(1, call("place", parts.get(1).dataType(), parts.get(1)));
    } else if (each instanceof ElementAt && parts.get(0).dataType() instanceof ArrayType) {
      parts.set(1, call("index", parts.get(1).dataType(), parts.get(1)));
    } else if (each instanceof FormatString) {
      parts.set(0, call("format", parts.get(0).dataType(), parts.get(0)));
    } else if (each instanceof FormatNumber && parts.get(1).dataType() instanceof IntegralType) {
      parts.set(1, call("characters", parts.get(1).dataType(), parts.get(1)));
    } else if (isPaddingOfBytes(each)) {
      parts.set(1, call("characters", parts.get(1).dataType(), parts.get(1)));
    } else if (each instanceof Sequence && isOfNumbers(parts)) {
      List<Expression> arguments = new ArrayList<>(parts);
      parts.set(1, call("end", parts.get(1).dataType(), arguments.toArray(Expression[]::new)));
    } else if (each instanceof Sequence) {
      parts.set(1, endOfTimes(parts));
    } else {
      return each;
    }
    return each.withNewChildren(Scala.seq(parts));
  }

  private static boolean isOfNumbers(List<Expression> parts) {
    return parts.stream().allMatch(part -> part.dataType() instanceof IntegralType);
  }

  /** LPAD and RPAD of BINARY, which Spark calls as Java. */
  private static boolean isPaddingOfBytes(Expression each) {
    return each instanceof StaticInvoke call
        && call.staticObject() == ByteArray.class
        && call.functionName().endsWith("pad");
  }

  /** The end of a sequence of dates or times. */
  private static Expression endOfTimes(List<Expression> parts) {
    Expression end = parts.get(1);
    Expression step = parts.size() > 2 ? microseconds(parts.get(2)) : Literal$.MODULE$.apply(DAY);
    return call("last", end.dataType(), end, microseconds(parts.get(0)), microseconds(end), step);
  }

  private static Expression microseconds(Expression time) {
    DataType type = time.dataType();
    if (type.equals(DataTypes.DateType)) {
      return call("ofDays", DataTypes.LongType, time);
    }
    return type instanceof YearMonthIntervalType || type.equals(DataTypes.CalendarIntervalType)
        ? call("ofStep", DataTypes.LongType, time)
        : time;
  }

  private static Expression call(String method, DataType type, Expression... arguments) {
    return StaticCall.of(Bounds.class, method, type, arguments);
  }

  /** How often a text is repeated. */
  public static int times(UTF8String text, int times) {
    check("characters", (long) text.numBytes() * times, Limits.TEXT_CHARACTERS);
    return times;
  }

  /** How long a text is to be. */
  public static int characters(int characters) {
    check("characters", characters, Limits.TEXT_CHARACTERS);
    return characters;
  }

  /** How long an array is to be. */
  public static int elements(int elements) {
    check("elements", elements, Limits.ARRAY_ELEMENTS);
    return elements;
  }

  /** A text, each of whose characters is compared with each of another one. */
  public static UTF8String comparable(UTF8String left, UTF8String right) {
    check(
        "pairs of characters to compare",
        (long) left.numBytes() * right.numBytes(),
        Limits.COMPARED_PAIRS);
    return right;
  }

  /** The last number of a sequence. */
  public static long end(long start, long end, long step) {
    if (step != 0) {
      long span = end > start ? end - start : start - end;
      long width = Math.abs(step);
      // Of a span that no number holds there are more elements than any limit.
      check("elements", span < 0 ? Long.MAX_VALUE : span / width, Limits.ARRAY_ELEMENTS);
    }
    return end;
  }

  /** The last number of a sequence. */
  public static long end(long start, long end) {
    return end(start, end, 1);
  }

  /** The last number of a sequence. */
  public static int end(int start, int end, int step) {
    return (int) end((long) start, end, step);
  }

  /** The last number of a sequence. */
  public static int end(int start, int end) {
    return (int) end((long) start, end, 1);
  }

  /** Where an element is put into an array; what is missing before it is made. */
  public static int place(int place) {
    check("elements", Math.abs((long) place), Limits.ARRAY_ELEMENTS);
    return place;
  }

  /**
   * Which element of an array is asked for. Spark takes the least integer for one that the array
   * has, because its absolute value is negative, and reads memory that is not the array's; the next
   * one is behind every array, too.
   */
  public static int index(int index) {
    return Math.max(index, -Integer.MAX_VALUE);
  }

  /** A format of Java's, whose numbers say how wide values are made. */
  public static UTF8String format(UTF8String format) {
    long characters = 0;
    long number = 0;
    boolean isOfValue = false; // behind a %, up to the letter that says how the value is written
    for (byte each : format.getBytes()) {
      isOfValue = each == '%' ? !isOfValue : isOfValue && !Character.isLetter(each);
      boolean isDigit = isOfValue && each >= '0' && each <= '9';
      number = isDigit ? Math.min(number * 10 + each - '0', Integer.MAX_VALUE) : 0;
      characters = Math.max(characters, number);
    }
    check("characters", characters, Limits.TEXT_CHARACTERS);
    return format;
  }

  /** The last date of a sequence. */
  public static int last(int end, long from, long to, long step) {
    end(from, to, step);
    return end;
  }

  /** The last time of a sequence. */
  public static long last(long end, long from, long to, long step) {
    return end(from, to, step);
  }

  /** Microseconds of a date. */
  public static long ofDays(int days) {
    return days * DAY;
  }

  /** About how many microseconds a step of months has. */
  public static long ofStep(int months) {
    return months * 30L * DAY;
  }

  /** About how many microseconds a step has. */
  public static long ofStep(CalendarInterval step) {
    return (step.months * 30L + step.days) * DAY + step.microseconds;
  }

  private static void check(String what, long wanted, long limit) {
    if (wanted > limit) {
      throw new IllegalArgumentException(
          "it would have " + wanted + " " + what + ", " + limit + " is the limit");
    }
  }
}
