package io.lakebeam.sql;

import java.io.Serializable;

/**
 * A function in Java that queries can call: a public class with a public constructor without
 * arguments and one public method {@code eval}, static or not.
 *
 * <pre>{@code
 * public final class Plausible implements ScalarFunction {
 *   public Boolean eval(Integer minutes) {
 *     return minutes == null ? null : minutes > -90 && minutes < 2880;
 *   }
 * }
 * }</pre>
 *
 * Arguments and result: {@code String}, {@code Integer}, {@code Long}, {@code Float}, {@code
 * Double}, {@code Boolean} or their primitives, {@code BigDecimal}, {@code byte[]}, {@link
 * java.time.LocalDate}, {@link java.time.Instant}, and {@code List} and {@code Map} of these. A
 * primitive argument that is NULL makes the result NULL, without a call. The same arguments must
 * always give the same result: a replayed epoch asks again.
 */
public interface ScalarFunction extends Serializable {}
