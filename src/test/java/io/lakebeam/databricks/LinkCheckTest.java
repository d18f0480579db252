package io.lakebeam.databricks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkCheckTest {
  private static final String USER =
      "package own; public class User extends lib.Base {"
          + " public String text() { return new lib.Thing().name() + lib.Thing.count + inherited(); }"
          + " }";
  private static final String BASE =
      "package lib; public class Base { protected String inherited() { return \"\"; } }";
  private static final String THING =
      "package lib; public class Thing { public static int count; public String name() { return"
          + " \"\"; } }";

  @TempDir Path dir;
  private Path jar;

  /** A jar that has its own version of the library, which everything in it agrees with. */
  @BeforeEach
  void build() throws IOException {
    jar = jar("own", Map.of("own/User", USER, "lib/Base", BASE, "lib/Thing", THING));
  }

  @Test
  void whatIsOnlyInTheJarLinks() throws IOException {
    LinkCheck check = LinkCheck.of(List.of(), jar);
    assertEquals(List.of(), check.missingMembers());
    assertEquals(List.of(), check.missingClasses());
    assertEquals(Set.of(), check.shadowed());
    assertEquals(3, check.size());
  }

  @Test
  void aMethodThatTheOtherVersionLacksIsNamed() throws IOException {
    String other = THING.replace("String name()", "String title()");
    LinkCheck check = LinkCheck.of(List.of(jar("first", Map.of("lib/Thing", other))), jar);
    assertEquals(
        "[own.User names lib.Thing.name()Ljava/lang/String;, which is not there]",
        check.missingMembers().toString());
    assertEquals(Set.of("lib"), check.shadowed());
    assertEquals(2, check.size(), "the jar's own Thing is never loaded");
  }

  @Test
  void aFieldOfAnotherTypeIsNamed() throws IOException {
    String other = THING.replace("int count", "long count");
    LinkCheck check = LinkCheck.of(List.of(jar("first", Map.of("lib/Thing", other))), jar);
    assertEquals(
        "[own.User names lib.Thing.count:I, which is not there]",
        check.missingMembers().toString());
  }

  @Test
  void whatAParentLacksIsNamed() throws IOException {
    String other = BASE.replace("inherited()", "renamed()");
    LinkCheck check = LinkCheck.of(List.of(jar("first", Map.of("lib/Base", other))), jar);
    assertEquals(
        "[own.User names own.User.inherited()Ljava/lang/String;, which is not there]",
        check.missingMembers().toString());
  }

  @Test
  void aClassThatIsNowhereIsNamedOnce() throws IOException {
    Path without = dir.resolve("without.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(without))) {
      put(out, "own/User.class", Files.readAllBytes(dir.resolve("own/own/User.class")));
      put(out, "lib/Base.class", Files.readAllBytes(dir.resolve("own/lib/Base.class")));
    }
    LinkCheck check = LinkCheck.of(List.of(), without);
    assertEquals(
        "[own.User names lib.Thing, which is not there]", check.missingClasses().toString());
    assertEquals(List.of(), check.missingMembers());
  }

  private Path jar(String name, Map<String, String> sources) throws IOException {
    Path folder = dir.resolve(name);
    List<String> arguments = new ArrayList<>(List.of("-d", folder.toString()));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = dir.resolve("source-" + name).resolve(source.getKey() + ".java");
      Files.createDirectories(file.getParent());
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, OutputStream.nullOutputStream(), null, arguments.toArray(String[]::new));
    assertEquals(0, failed);
    Path built = dir.resolve(name + ".jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(built));
        Stream<Path> classes = Files.walk(folder)) {
      for (Path each : classes.filter(Files::isRegularFile).toList()) {
        put(out, folder.relativize(each).toString().replace('\\', '/'), Files.readAllBytes(each));
      }
    }
    return built;
  }

  private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }
}
