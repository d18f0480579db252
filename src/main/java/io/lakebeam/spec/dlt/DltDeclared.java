package io.lakebeam.spec.dlt;

import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SpecBuilder;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What SQL files declare, as a pipeline file has it. */
public record DltDeclared(
    Map<String, YamlNode.Entry> sources, Map<String, YamlNode.Entry> datasets) {
  /** A pipeline file that declares this too. */
  public YamlNode beside(YamlNode file) {
    Map<String, YamlNode.Entry> all = new LinkedHashMap<>(Reading.entries(Optional.of(file)));
    put(all, file, "sources", sources);
    put(all, file, "datasets", datasets);
    return new YamlNode.Mapping(all, file.at());
  }

  /** A pipeline file that declares nothing but this. */
  public YamlNode alone(YamlNode file) {
    Map<String, YamlNode.Entry> all = new LinkedHashMap<>();
    for (String key : List.of("pipeline", SpecBuilder.DLT_SQL)) {
      Optional.ofNullable(Reading.entries(Optional.of(file)).get(key))
          .ifPresent(entry -> all.put(key, entry));
    }
    YamlNode nothing = new YamlNode.Mapping(Map.of(), file.at());
    put(all, nothing, "sources", sources);
    put(all, nothing, "datasets", datasets);
    return new YamlNode.Mapping(all, file.at());
  }

  private static void put(
      Map<String, YamlNode.Entry> all,
      YamlNode file,
      String key,
      Map<String, YamlNode.Entry> declared) {
    if (!declared.isEmpty()) {
      Map<String, YamlNode.Entry> both = new LinkedHashMap<>(declared);
      both.putAll(Reading.entries(file.get(key)));
      YamlNode.Entry first = declared.values().iterator().next();
      all.put(key, new YamlNode.Entry(first.keyAt(), new YamlNode.Mapping(both, first.keyAt())));
    }
  }
}
