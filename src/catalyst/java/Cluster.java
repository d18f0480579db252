import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Forms of classes for the jar that goes to clusters, which renames other libraries too. */
final class Cluster extends Remapper {
  private final Map<String, String> packages;

  /**
   * Renames what begins with a key.
   *
   * @param packages with slashes, also at their ends
   */
  Cluster(Map<String, String> packages) {
    super(Opcodes.ASM9);
    this.packages = packages;
  }

  /** The class in its form for clusters, when that is another one. */
  Optional<byte[]> form(byte[] type) {
    String pool = new String(type, StandardCharsets.ISO_8859_1);
    if (packages.keySet().stream().noneMatch(pool::contains)) {
      return Optional.empty();
    }
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(type).accept(new ClassRemapper(writer, this), 0);
    return Optional.of(writer.toByteArray());
  }

  @Override
  public String map(String name) {
    for (Map.Entry<String, String> each : packages.entrySet()) {
      if (name.startsWith(each.getKey())) {
        return each.getValue() + name.substring(each.getKey().length());
      }
    }
    return name;
  }
}
