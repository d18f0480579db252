import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The texts that the licences of libraries ask to keep with what is taken of them. */
final class Licences {
  private Licences() {}

  /**
   * Writes the texts into a folder, each text once, and a list of which library has which.
   *
   * @throws IllegalStateException when a library has no text and no rule names one
   */
  static void write(Path folder, Iterable<Library> taken, Libraries libraries, Rules rules)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, String> files = new HashMap<>();
    List<String> list = new ArrayList<>();
    for (Library library : taken) {
      Map<String, byte[]> texts = libraries.licencesOf(library);
      Optional<Path> ruled = rules.licenceOf(library.group() + "." + library.name());
      if (texts.isEmpty()) {
        Path text =
            ruled.orElseThrow(
                () -> new IllegalStateException("no licence in the jar, and no rule: " + library));
        texts = Map.of("LICENSE", Files.readAllBytes(text));
      }
      StringBuilder line = new StringBuilder(library.toString());
      for (Map.Entry<String, byte[]> text : texts.entrySet()) {
        String kind = text.getKey().replaceAll(".*/|[.].*", "");
        String content = new String(text.getValue(), java.nio.charset.StandardCharsets.UTF_8);
        String file = files.get(content);
        if (file == null) {
          file = library.name() + "-" + kind + ".txt";
          files.put(content, file);
          Files.writeString(folder.resolve(file), content);
        }
        line.append(' ').append(file);
      }
      list.add(line.toString());
    }
    Files.write(folder.resolve("libraries.txt"), list);
  }
}
