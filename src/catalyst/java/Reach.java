import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Which classes are taken: what the roots name, what that names, and so on. */
final class Reach {
  private final Libraries libraries;
  private final Rules rules;
  private final NavigableSet<String> all;
  private final Map<String, String> whole = new TreeMap<>();
  private final Map<String, String> hollow = new TreeMap<>();
  private final Deque<String> open = new ArrayDeque<>();

  private Reach(Libraries libraries, Rules rules) {
    this.libraries = libraries;
    this.rules = rules;
    this.all = new TreeSet<>(libraries.classes());
  }

  static Reach of(Libraries libraries, Rules rules) {
    Reach reach = new Reach(libraries, rules);
    for (String type : libraries.classes()) {
      if (rules.kindOf(type) == Rules.Kind.ROOT) {
        reach.whole.put(type, "a root");
        reach.open.add(type);
      }
    }
    while (!reach.open.isEmpty()) {
      String type = reach.open.poll();
      for (String named :
          reach.hollow.containsKey(type) ? reach.parents(type) : reach.named(type)) {
        reach.take(named, type);
      }
    }
    return reach;
  }

  /** Classes that are taken as they are. */
  Set<String> whole() {
    return whole.keySet();
  }

  /** Classes that are taken by name. */
  Set<String> hollow() {
    return hollow.keySet();
  }

  /** Every class and who named it first, for whoever wonders why it is there. */
  List<String> report() {
    List<String> lines = new ArrayList<>();
    whole.forEach((type, from) -> lines.add("whole  " + type + " for " + from));
    hollow.forEach((type, from) -> lines.add("hollow " + type + " for " + from));
    return lines;
  }

  private void take(String type, String from) {
    if (!libraries.has(type) || whole.containsKey(type) || hollow.containsKey(type)) {
      return;
    }
    boolean isHollow = rules.kindOf(type) == Rules.Kind.HOLLOW;
    (isHollow ? hollow : whole).put(type, from);
    open.add(type);
    if (!isHollow && type.startsWith("org/apache/spark/")) {
      // Scala's forms of a class for primitive types: Catalyst puts their names together.
      all.subSet(type + "$mc", type + "$md").forEach(form -> take(form, type));
    }
  }

  private Set<String> parents(String type) {
    ClassReader reader = new ClassReader(libraries.bytes(type));
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
        new Remapper(Opcodes.ASM9) {
          @Override
          public String map(String name) {
            named.add(name);
            return name;
          }

          @Override
          public Object mapValue(Object value) {
            if (value instanceof String text) {
              named.addAll(Names.within(text, libraries::has));
            }
            return super.mapValue(value);
          }
        };
    new ClassReader(libraries.bytes(type))
        .accept(new Whole(new ClassRemapper(new ClassWriter(0), collector), rules), 0);
    return named;
  }
}
