package io.lakebeam.unittest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results of tests as the XML that JUnit's Ant task writes, which build servers read. */
public final class TestReport {
  private TestReport() {}

  /** Writes a report, in place of one that is there. */
  public static void write(Path file, String pipeline, List<TestResult> results) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      try (Writer out = Files.newBufferedWriter(file)) {
        XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
        write(xml, pipeline, results);
        xml.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing a report", e);
    }
  }

  private static void write(XMLStreamWriter xml, String pipeline, List<TestResult> results)
      throws XMLStreamException {
    long failed = results.stream().filter(result -> !result.passes()).count();
    long millis = results.stream().mapToLong(TestResult::millis).sum();
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", pipeline);
    xml.writeAttribute("tests", Integer.toString(results.size()));
    xml.writeAttribute("failures", Long.toString(failed));
    xml.writeAttribute("errors", "0");
    xml.writeAttribute("skipped", "0");
    xml.writeAttribute("time", seconds(millis));
    for (TestResult result : results) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("classname", pipeline);
      xml.writeAttribute("name", printable(result.test().name()));
      xml.writeAttribute("time", seconds(result.millis()));
      if (!result.passes()) {
        xml.writeStartElement("failure");
        xml.writeAttribute("message", printable(result.failures().get(0)));
        xml.writeCharacters(printable(String.join("\n", result.failures())));
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
  }

  /** Characters that XML cannot have are question marks. */
  private static String printable(String text) {
    return text.replaceAll(
        "[^\\x{9}\\x{A}\\x{D}\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "?");
  }
}
