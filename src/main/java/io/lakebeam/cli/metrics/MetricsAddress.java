package io.lakebeam.cli.metrics;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code :9400} for every network of the machine, {@code localhost:9400} for itself only. */
public final class MetricsAddress implements ITypeConverter<InetSocketAddress> {
  private static final int MOST = 65_535;

  @Override
  public InetSocketAddress convert(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MOST) {
      throw new TypeConversionException(
          "'" + text + "' is no [HOST]:PORT, such as :9400 or localhost:9400");
    }
    String host = text.substring(0, colon);
    InetSocketAddress address =
        host.isEmpty()
            ? new InetSocketAddress(Integer.parseInt(port))
            : new InetSocketAddress(host, Integer.parseInt(port));
    if (address.isUnresolved()) {
      throw new TypeConversionException("nobody knows the host " + host);
    }
    return address;
  }
}
