package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pipeline's reference files and the generator's world are the same places and airlines. */
class ReferenceFilesTest {
  private static final Path FOLDER = Path.of("pipelines/airlines/reference");

  @Test
  void airports() throws IOException {
    List<List<String>> world =
        Airport.ALL.stream()
            .map(
                airport ->
                    List.of(
                        airport.code(),
                        airport.name(),
                        airport.city(),
                        Double.toString(airport.latitude()),
                        Double.toString(airport.longitude()),
                        airport.zone().getId()))
            .toList();
    assertEquals(world, rows("airports.csv"));
  }

  @Test
  void airlines() throws IOException {
    List<List<String>> world =
        Carrier.ALL.stream().map(carrier -> List.of(carrier.code(), carrier.name())).toList();
    assertEquals(world, rows("airlines.csv"));
  }

  private static List<List<String>> rows(String file) throws IOException {
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(FOLDER.resolve(file))) {
      return csv.stream().map(NamedCsvRecord::getFields).toList();
    }
  }
}
