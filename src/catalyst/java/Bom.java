import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Adds the libraries that Catalyst is taken from to the list of libraries, which knows those of
 * Maven's dependencies only.
 *
 * <pre>Bom LIBRARIES SBOM</pre>
 *
 * LIBRARIES is the list that {@link Relocation} writes, SBOM a file of CycloneDX in JSON. What it
 * has already stays as it is.
 */
public final class Bom {
  private Bom() {}

  public static void main(String[] args) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path file = Path.of(args[1]);
    JsonNode bom = json.readTree(file.toFile());
    ArrayNode components = (ArrayNode) bom.path("components");
    ArrayNode dependencies = (ArrayNode) bom.path("dependencies");
    String root = bom.at("/metadata/component/bom-ref").asText();
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      Library library = Library.of(line);
      String url =
          "pkg:maven/%s/%s@%s?type=jar"
              .formatted(library.group(), library.name(), library.version());
      if (components.findValuesAsText("bom-ref").contains(url)) {
        continue;
      }
      components.add(component(json, library, url));
      dependencies.addObject().put("ref", url).putArray("dependsOn");
      for (JsonNode dependency : dependencies) {
        if (dependency.path("ref").asText().equals(root)) {
          ((ArrayNode) dependency.path("dependsOn")).add(url);
        }
      }
    }
    json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), bom);
  }

  private static ObjectNode component(ObjectMapper json, Library library, String url) {
    return json.createObjectNode()
        .put("type", "library")
        .put("bom-ref", url)
        .put("group", library.group())
        .put("name", library.name())
        .put("version", library.version())
        .put("description", "Taken into lakebeam-catalyst.jar, below names of its own")
        .put("scope", "required")
        .put("purl", url);
  }
}
