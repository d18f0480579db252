import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.commons.ClassRemapper;

/**
 * Puts Spark's Catalyst, with the part of Spark and Scala that it needs, below names of its own, so
 * that it runs beside whatever Spark and Scala a cluster has (docs/decisions/0020-catalyst.md).
 *
 * <pre>Relocation RULES JARS CLASSES BESIDE</pre>
 *
 * Takes what is reached from the roots of the file RULES out of the jars in the folder JARS and
 * writes it below the folder CLASSES. Into the folder BESIDE go: {@code cluster}, the classes that
 * the jar for clusters has in another form; {@code licenses}; {@code libraries.txt}, what was taken
 * from; and {@code reached.txt}, which says of each class who named it.
 */
public final class Relocation {
  private final Libraries libraries;
  private final Rules rules;
  private final Reach reach;
  private final Names names;
  private final Cluster cluster;

  private Relocation(Path rules, Path jars) throws IOException {
    this.rules = Rules.of(rules);
    this.libraries = Libraries.of(jars, this.rules);
    this.reach = Reach.of(libraries, this.rules);
    Set<String> types = new TreeSet<>(reach.whole());
    types.addAll(reach.hollow());
    this.names = new Names(types, libraries.resources().keySet());
    this.cluster = new Cluster(this.rules.onClusters());
  }

  public static void main(String[] args) throws IOException {
    Relocation relocation = new Relocation(Path.of(args[0]), Path.of(args[1]));
    Path classes = Path.of(args[2]);
    Path beside = Path.of(args[3]);
    delete(classes.resolve(Names.SHADED));
    delete(beside.resolve("cluster"));
    delete(beside.resolve("licenses"));
    relocation.writeBeside(beside);
    relocation.writeClasses(classes, beside.resolve("cluster"));
    // The last file, as the build asks whether it is there.
    List<String> hollow = relocation.reach.hollow().stream().map(Names::moved).toList();
    Files.write(classes.resolve(Names.SHADED + "hollow.txt"), hollow);
  }

  private void writeBeside(Path folder) throws IOException {
    Set<Library> taken = new TreeSet<>();
    reach.whole().forEach(type -> taken.add(libraries.libraryOf(type)));
    Licences.write(folder.resolve("licenses"), taken, libraries, rules);
    Files.write(folder.resolve("libraries.txt"), taken.stream().map(Library::toString).toList());
    Files.write(folder.resolve("reached.txt"), reach.report());
  }

  private void writeClasses(Path folder, Path forClusters) throws IOException {
    for (String type : reach.whole()) {
      ClassWriter writer = new ClassWriter(0);
      byte[] moved =
          written(
              type,
              writer,
              new Whole(new ClassRemapper(writer, names.within(type, rules.exchanges())), rules),
              0);
      String file = Names.moved(type) + ".class";
      put(folder.resolve(file), moved);
      Optional<byte[]> form = cluster.form(moved);
      if (form.isPresent()) {
        put(forClusters.resolve(file), form.get());
      }
    }
    for (String type : reach.hollow()) {
      ClassWriter writer = new ClassWriter(0);
      Hollow hollow = new Hollow(new ClassRemapper(writer, names));
      put(
          folder.resolve(Names.moved(type) + ".class"),
          written(type, writer, hollow, ClassReader.SKIP_CODE));
    }
    for (String type : libraries.classes()) {
      if (rules.isKept(type)) {
        ClassWriter writer = new ClassWriter(0);
        put(folder.resolve(type + ".class"), written(type, writer, new Kept(writer), 0));
      }
    }
    for (Map.Entry<String, byte[]> resource : libraries.resources().entrySet()) {
      put(folder.resolve(Names.moved(resource.getKey())), resource.getValue());
    }
  }

  private byte[] written(String type, ClassWriter writer, ClassVisitor form, int options) {
    new ClassReader(libraries.bytes(type)).accept(form, options);
    return writer.toByteArray();
  }

  private static void put(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
