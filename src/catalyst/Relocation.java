import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * Puts Spark's Catalyst, with the part of Spark and Scala that it needs, below names of its own, so
 * that it runs beside whatever Spark and Scala a cluster has (docs/decisions/0020-catalyst.md).
 *
 * <pre>java -cp asm.jar:asm-commons.jar Relocation.java RULES LIBRARIES CLASSES HOLLOW</pre>
 *
 * Takes what is reached from the roots of RULES out of the jars in the folder LIBRARIES and writes
 * it below the folder CLASSES. A class that is reached but not wanted becomes hollow: its name and
 * its ancestors stay, so that the JVM can check the types of those who name it, and nothing else.
 * Names within texts are changed too: Catalyst writes Java with them. The file HOLLOW lists the
 * hollow classes.
 */
public final class Relocation {
  private static final int API = Opcodes.ASM9;
  private static final String SHADED = "io/lakebeam/shaded/";
  private static final String SPARK = "org/apache/spark/";

  /** What a line of the rules says of the names that begin like this, or are this if it ends in a semicolon. */
  private record Rule(String kind, String name) {
    boolean isOf(String type) {
      return name.endsWith(";") ? name.equals(type + ";") : type.startsWith(name);
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final List<Pattern> wantedResources = new ArrayList<>();
  private final Map<String, byte[]> classes = new TreeMap<>();
  private final Map<String, byte[]> resources = new TreeMap<>();
  private final Set<String> whole = new TreeSet<>();
  private final Set<String> hollow = new TreeSet<>();

  private Relocation(List<String> lines) {
    for (String line : lines) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 2 && words[0].equals("resource")) {
        wantedResources.add(Pattern.compile(words[1]));
      } else if (words.length == 2 && Set.of("root", "whole", "hollow").contains(words[0])) {
        rules.add(new Rule(words[0], words[1]));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        throw new IllegalArgumentException("no rule: " + line);
      }
    }
  }

  public static void main(String[] args) throws IOException {
    Relocation relocation = new Relocation(Files.readAllLines(Path.of(args[0])));
    try (Stream<Path> jars = Files.list(Path.of(args[1]))) {
      for (Path jar : jars.sorted().toList()) {
        relocation.read(jar);
      }
    }
    relocation.reach();
    relocation.write(Path.of(args[2]));
    Files.write(Path.of(args[3]), relocation.hollow);
    System.out.printf(
        "%d classes, %d of them hollow%n",
        relocation.whole.size() + relocation.hollow.size(), relocation.hollow.size());
  }

  private void read(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        String name = entry.getName();
        boolean isClass = name.endsWith(".class");
        if (entry.isDirectory()
            || name.startsWith("META-INF/")
            || name.endsWith("module-info.class")
            || !isClass && !isWanted(name)) {
          continue;
        }
        try (InputStream in = zip.getInputStream(entry)) {
          if (isClass) {
            classes.putIfAbsent(name.substring(0, name.length() - ".class".length()), in.readAllBytes());
          } else {
            resources.putIfAbsent(name, in.readAllBytes());
          }
        }
      }
    }
  }

  private boolean isWanted(String resource) {
    return wantedResources.stream().anyMatch(wanted -> wanted.matcher(resource).matches());
  }

  /** The longest rule wins; what has none is not wanted. */
  private String kindOf(String type) {
    return rules.stream()
        .filter(rule -> rule.isOf(type))
        .max(Comparator.comparingInt(rule -> rule.name().length()))
        .map(Rule::kind)
        .orElse("hollow");
  }

  private void reach() {
    Deque<String> open = new ArrayDeque<>();
    for (String type : classes.keySet()) {
      if (kindOf(type).equals("root")) {
        whole.add(type);
        open.add(type);
      }
    }
    while (!open.isEmpty()) {
      String type = open.poll();
      for (String named : hollow.contains(type) ? parents(type) : named(type)) {
        if (classes.containsKey(named) && !whole.contains(named) && !hollow.contains(named)) {
          (kindOf(named).equals("hollow") ? hollow : whole).add(named);
          open.add(named);
        }
      }
    }
  }

  private Set<String> parents(String type) {
    ClassReader reader = new ClassReader(classes.get(type));
    Set<String> parents = new TreeSet<>(List.of(reader.getInterfaces()));
    if (reader.getSuperName() != null) {
      parents.add(reader.getSuperName());
    }
    return parents;
  }

  /** Everything that a class names, in its code or in its texts. */
  private Set<String> named(String type) {
    Set<String> named = new TreeSet<>();
    Remapper collector =
        new Remapper(API) {
          @Override
          public String map(String name) {
            named.add(name);
            return name;
          }

          @Override
          public Object mapValue(Object value) {
            if (value instanceof String text) {
              named.add(text.replace('.', '/'));
            }
            return super.mapValue(value);
          }
        };
    new ClassReader(classes.get(type))
        .accept(withoutScala(new ClassRemapper(new ClassWriter(0), collector)), 0);
    return named;
  }

  private void write(Path folder) throws IOException {
    Path before = folder.resolve(SHADED);
    if (Files.exists(before)) {
      try (Stream<Path> files = Files.walk(before)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Pattern names = namesInTexts();
    Remapper remapper =
        new Remapper(API) {
          @Override
          public String map(String name) {
            return whole.contains(name) || hollow.contains(name) ? relocated(name) : name;
          }

          @Override
          public Object mapValue(Object value) {
            return value instanceof String text ? relocated(text, names) : super.mapValue(value);
          }
        };
    for (String type : whole) {
      ClassWriter writer = new ClassWriter(0);
      new ClassReader(classes.get(type)).accept(withoutScala(new ClassRemapper(writer, remapper)), 0);
      put(folder, relocated(type) + ".class", writer.toByteArray());
    }
    for (String type : hollow) {
      ClassWriter writer = new ClassWriter(0);
      new ClassReader(classes.get(type))
          .accept(new Hollow(new ClassRemapper(writer, remapper)), ClassReader.SKIP_CODE);
      put(folder, relocated(type) + ".class", writer.toByteArray());
    }
    for (Map.Entry<String, byte[]> resource : resources.entrySet()) {
      put(folder, relocated(resource.getKey()), resource.getValue());
    }
  }

  private static void put(Path folder, String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static String relocated(String name) {
    if (name.startsWith(SPARK)) {
      return SHADED + "spark/" + name.substring(SPARK.length());
    }
    return SHADED + (name.startsWith("scala/") ? "" : "spark/libraries/") + name;
  }

  /** The packages that are relocated, where a text names them with points or slashes. */
  private Pattern namesInTexts() {
    String packages =
        Stream.concat(whole.stream(), hollow.stream())
            .map(Relocation::libraryOf)
            .distinct()
            .flatMap(name -> Stream.of(name, name.replace('/', '.')))
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile("(?<![\\w.$/-])(" + packages + ")(?=[A-Za-z]|$)");
  }

  private static String libraryOf(String type) {
    if (type.startsWith(SPARK)) {
      return SPARK;
    }
    if (type.startsWith("scala/")) {
      return "scala/";
    }
    int depth = type.startsWith("org/apache/") ? 4 : 3;
    String[] parts = type.split("/");
    return Stream.of(parts)
        .limit(Math.min(parts.length - 1, depth))
        .collect(Collectors.joining("/", "", "/"));
  }

  private String relocated(String text, Pattern names) {
    if (resources.containsKey(text)) {
      return relocated(text);
    }
    return names
        .matcher(text)
        .replaceAll(
            found -> {
              String name = found.group();
              String relocated = relocated(name.replace('.', '/'));
              return Matcher.quoteReplacement(
                  name.indexOf('.') < 0 ? relocated : relocated.replace('/', '.'));
            });
  }

  /** Leaves out what only Scala's compiler and its reflection read. */
  private static ClassVisitor withoutScala(ClassVisitor next) {
    return new ClassVisitor(API, next) {
      @Override
      public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
        return descriptor.startsWith("Lscala/reflect/Scala")
            ? null
            : super.visitAnnotation(descriptor, visible);
      }

      @Override
      public void visitAttribute(Attribute attribute) {
        if (!attribute.type.startsWith("Scala")) {
          super.visitAttribute(attribute);
        }
      }
    };
  }

  /** Leaves a class its name and its ancestors. */
  private static final class Hollow extends ClassVisitor {
    Hollow(ClassVisitor next) {
      super(API, next);
    }

    @Override
    public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
      super.visit(version, access, name, null, parent, interfaces);
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
      return null;
    }

    @Override
    public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
      return null;
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      return null;
    }

    @Override
    public void visitInnerClass(String name, String outer, String inner, int access) {}

    @Override
    public void visitOuterClass(String owner, String name, String descriptor) {}

    @Override
    public void visitNestHost(String host) {}

    @Override
    public void visitNestMember(String member) {}

    @Override
    public void visitAttribute(Attribute attribute) {}
  }
}
