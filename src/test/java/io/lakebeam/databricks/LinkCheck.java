package io.lakebeam.databricks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassVisitor;
import org.apache.xbean.asm9.FieldVisitor;
import org.apache.xbean.asm9.Handle;
import org.apache.xbean.asm9.MethodVisitor;
import org.apache.xbean.asm9.Opcodes;

/**
 * Whether every class, method and field that the classes of a jar name is there, when the jar's
 * loader asks another class path first: what the JVM would find out only when it comes to the
 * place.
 */
public final class LinkCheck {
  /** A class as others see it: its members as {@code name + descriptor}. */
  private record Shape(String parent, List<String> interfaces, Set<String> members) {}

  /** What a class names, each as {@code owner, member}; the member is empty for a class alone. */
  private record Reference(String owner, String member) {}

  /** What does not link: who names it, and what; the member is empty for a class. */
  public record Missing(String from, String owner, String member) {
    @Override
    public String toString() {
      return from
          + " names "
          + owner
          + (member.isEmpty() ? "" : "." + member)
          + ", which is not there";
    }
  }

  private final Map<String, Shape> platform = new HashMap<>();
  private final Map<String, Shape> own = new HashMap<>();
  private final Map<String, Set<Reference>> references = new TreeMap<>();
  private final Set<String> unread = new TreeSet<>();
  private final Map<String, Optional<Shape>> jdk = new HashMap<>();
  private final FileSystem modules = FileSystems.getFileSystem(URI.create("jrt:/"));
  private final Map<String, List<Path>> packages = new HashMap<>();
  private final Map<String, Optional<Shape>> others = new HashMap<>();
  private final ClassLoader loader;

  private LinkCheck(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Reads everything.
   *
   * @param first asked first, in this order
   * @param jar whose classes are looked through
   */
  static LinkCheck of(Collection<Path> first, Path jar) throws IOException {
    LinkCheck check = new LinkCheck(null);
    for (Path library : first) {
      check.read(library, check.platform, false);
    }
    check.read(jar, check.own, true);
    return check;
  }

  /**
   * Reads the classes below a folder.
   *
   * @param root where the names of packages begin
   * @param folder within it
   * @param loader has whatever else these classes name
   */
  public static LinkCheck of(Path root, Path folder, ClassLoader loader) throws IOException {
    LinkCheck check = new LinkCheck(loader);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString();
        if (name.endsWith(".class")) {
          String type = name.substring(0, name.length() - ".class".length());
          check.read(type, Files.readAllBytes(file), check.own, true);
        }
      }
    }
    return check;
  }

  /** Packages of which both have classes, as the platform's are loaded in place of the jar's. */
  public Set<String> shadowed() {
    Set<String> packages = new TreeSet<>();
    for (String name : own.keySet()) {
      if (platform.containsKey(name)) {
        packages.add(dotted(name.substring(0, Math.max(0, name.lastIndexOf('/')))));
      }
    }
    return packages;
  }

  /** Members that are missing in classes that are there, in the order of who names them. */
  public List<Missing> missingMembers() throws IOException {
    List<Missing> missing = new ArrayList<>();
    for (Map.Entry<String, Set<Reference>> each : references.entrySet()) {
      for (Reference reference : each.getValue()) {
        if (!reference.member().isEmpty()
            && shape(reference.owner()).isPresent()
            && !has(reference.owner(), reference.member(), new HashSet<>())) {
          missing.add(
              new Missing(dotted(each.getKey()), dotted(reference.owner()), reference.member()));
        }
      }
    }
    return missing;
  }

  /** Classes that are missing, in the order of who names them. */
  public List<Missing> missingClasses() throws IOException {
    List<Missing> missing = new ArrayList<>();
    for (Map.Entry<String, Set<Reference>> each : references.entrySet()) {
      Set<String> told = new TreeSet<>();
      for (Reference reference : each.getValue()) {
        if (shape(reference.owner()).isEmpty() && told.add(reference.owner())) {
          missing.add(new Missing(dotted(each.getKey()), dotted(reference.owner()), ""));
        }
      }
    }
    return missing;
  }

  private static String dotted(String name) {
    return name.replace('/', '.');
  }

  /** Classes of the jar that are loaded from it. */
  public int size() {
    return references.size();
  }

  /** True when a class or what it inherits from has a member, or cannot be known to lack it. */
  private boolean has(String owner, String member, Set<String> seen) throws IOException {
    if (!seen.add(owner)) {
      return false;
    }
    Optional<Shape> shape = shape(owner);
    if (shape.isEmpty()) {
      // A parent that is missing is told as a class.
      return true;
    }
    if (shape.get().members().contains(member)) {
      return true;
    }
    if (shape.get().parent() != null && has(shape.get().parent(), member, seen)) {
      return true;
    }
    for (String each : shape.get().interfaces()) {
      if (has(each, member, seen)) {
        return true;
      }
    }
    return false;
  }

  private Optional<Shape> shape(String name) throws IOException {
    Optional<Shape> jdks = jdk.get(name);
    if (jdks == null) {
      jdks = jdk(name);
      jdk.put(name, jdks);
    }
    if (jdks.isPresent()) {
      return jdks;
    }
    Shape found = platform.get(name);
    if (found == null) {
      found = own.get(name);
    }
    return found == null && loader != null ? other(name) : Optional.ofNullable(found);
  }

  private Optional<Shape> other(String name) throws IOException {
    Optional<Shape> known = others.get(name);
    if (known == null) {
      try (InputStream in = loader.getResourceAsStream(name + ".class")) {
        known =
            in == null
                ? Optional.empty()
                : Optional.of(new Reader(new ClassReader(in.readAllBytes()), false).shape());
      }
      others.put(name, known);
    }
    return known;
  }

  private Optional<Shape> jdk(String name) throws IOException {
    if (name.lastIndexOf('/') < 0) {
      return Optional.empty();
    }
    String folder = name.substring(0, name.lastIndexOf('/')).replace('/', '.');
    List<Path> holders = packages.get(folder);
    if (holders == null) {
      Path links = modules.getPath("packages", folder);
      holders = List.of();
      if (Files.isDirectory(links)) {
        try (Stream<Path> each = Files.list(links)) {
          holders =
              each.map(link -> modules.getPath("modules", link.getFileName().toString())).toList();
        }
      }
      packages.put(folder, holders);
    }
    for (Path module : holders) {
      Path file = module.resolve(name + ".class");
      if (Files.isRegularFile(file)) {
        return Optional.of(new Reader(new ClassReader(Files.readAllBytes(file)), false).shape());
      }
    }
    return Optional.empty();
  }

  private void read(Path jar, Map<String, Shape> into, boolean withReferences) throws IOException {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        String name = entry.getName();
        if (!name.endsWith(".class")
            || name.startsWith("META-INF/")
            || name.equals("module-info.class")) {
          continue;
        }
        String type = name.substring(0, name.length() - ".class".length());
        if (into.containsKey(type)) {
          continue;
        }
        try (InputStream in = file.getInputStream(entry)) {
          boolean isLoaded = withReferences && !platform.containsKey(type);
          read(type, in.readAllBytes(), into, isLoaded);
        }
      }
    }
  }

  private void read(String type, byte[] bytes, Map<String, Shape> into, boolean isLoaded) {
    try {
      Reader reader = new Reader(new ClassReader(bytes), isLoaded);
      into.put(type, reader.shape());
      if (isLoaded) {
        references.put(type, reader.references);
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      // ASM cannot read the code of some classes that the JVM can; what others call in them is
      // known.
      into.put(type, new Reader(new ClassReader(bytes), false).shape());
      unread.add(dotted(type));
    }
  }

  /** Classes whose code cannot be read by the library that this uses. */
  public Set<String> unread() {
    return unread;
  }

  /** Reads one class. */
  private static final class Reader extends ClassVisitor {
    private final Set<Reference> references = new HashSet<>();
    private final Set<String> members = new HashSet<>();
    private final ClassReader type;

    Reader(ClassReader type, boolean withReferences) {
      super(Opcodes.ASM9);
      this.type = type;
      type.accept(
          this,
          ClassReader.SKIP_DEBUG
              | ClassReader.SKIP_FRAMES
              | (withReferences ? 0 : ClassReader.SKIP_CODE));
      if (withReferences) {
        if (type.getSuperName() != null) {
          references.add(new Reference(type.getSuperName(), ""));
        }
        for (String each : type.getInterfaces()) {
          references.add(new Reference(each, ""));
        }
      }
    }

    Shape shape() {
      return new Shape(type.getSuperName(), List.of(type.getInterfaces()), members);
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      members.add(name + ":" + descriptor);
      return null;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      members.add(name + descriptor);
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String type, boolean isInterface) {
          // What is called on an array is Object's.
          if (!owner.startsWith("[") && !isPolymorphic(owner)) {
            references.add(new Reference(owner, called + type));
          }
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String read, String type) {
          references.add(new Reference(owner, read + ":" + type));
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
          if (!type.startsWith("[")) {
            references.add(new Reference(type, ""));
          }
        }

        @Override
        public void visitInvokeDynamicInsn(
            String called, String type, Handle bootstrap, Object... arguments) {
          for (Object argument : arguments) {
            if (argument instanceof Handle handle && !handle.getOwner().startsWith("[")) {
              String separator = handle.getTag() <= Opcodes.H_PUTSTATIC ? ":" : "";
              references.add(
                  new Reference(
                      handle.getOwner(), handle.getName() + separator + handle.getDesc()));
            }
          }
        }
      };
    }

    /** Their methods take any arguments (JVM specification, 2.9.3). */
    private static boolean isPolymorphic(String owner) {
      return owner.equals("java/lang/invoke/MethodHandle")
          || owner.equals("java/lang/invoke/VarHandle");
    }
  }
}
