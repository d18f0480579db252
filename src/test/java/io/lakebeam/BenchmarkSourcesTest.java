package io.lakebeam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks are built by themselves: what they call is to be there when it moves. */
class BenchmarkSourcesTest {
  @TempDir Path classes;

  @Test
  void theyCompile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null);
        Stream<Path> all = Files.walk(Path.of("benchmarks/src/java"))) {
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
      List<Path> sources = all.filter(each -> each.toString().endsWith(".java")).toList();
      assertTrue(sources.size() > 10, sources.size() + " sources");
      compiler
          .getTask(
              null,
              files,
              found,
              List.of("-proc:none"),
              null,
              files.getJavaFileObjectsFromPaths(sources))
          .call();
    }
    assertEquals(
        List.of(),
        found.getDiagnostics().stream()
            .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
            .map(
                each ->
                    each.getSource().getName()
                        + ":"
                        + each.getLineNumber()
                        + " "
                        + each.getMessage(null))
            .toList());
  }
}
