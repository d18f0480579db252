package io.lakebeam.source.kafka;

import static io.lakebeam.graph.Column.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.Sources;
import io.lakebeam.source.kafka.EventHubsConnectionString.MalformedException;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventHubsConnectionStringTest {
  private static final String NAMESPACE =
      "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=listen;"
          + "SharedAccessKey=aHVudGVyMg+/hunter2=";

  private static final String HUB = NAMESPACE + ";EntityPath=flights";

  @Test
  void itsPartsAreReadInAnyOrderAndCase() throws Exception {
    EventHubsConnectionString whole = EventHubsConnectionString.parse(NAMESPACE);
    assertEquals("contoso.servicebus.windows.net:9093", whole.bootstrapServers());
    assertEquals(Optional.empty(), whole.entityPath());
    assertEquals("aHVudGVyMg+/hunter2=", whole.key());
    assertFalse(whole.toString().contains("hunter2"));
    EventHubsConnectionString one =
        EventHubsConnectionString.parse(
            " entitypath=a-b.c;SHAREDACCESSKEY=k=;Sharedaccesskeyname=n;endpoint=sb://h:9092 ; ");
    assertEquals("h:9092", one.bootstrapServers());
    assertEquals(Optional.of("a-b.c"), one.entityPath());
    assertEquals(
        "SharedAccessSignature sr=x&sig=y",
        EventHubsConnectionString.parse(
                "Endpoint=sb://h/;SharedAccessSignature=SharedAccessSignature sr=x&sig=y")
            .key());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"   \" | it is empty",
        "hunter2 | it has no SharedAccessKey",
        "Endpoint=sb://h/;SharedAccessKeyName=n | it has no SharedAccessKey",
        "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey= | it has no SharedAccessKey",
        "Endpoint=sb://h/;SharedAccessKey=hunter2 | it has no SharedAccessKeyName",
        "SharedAccessKeyName=n;SharedAccessKey=hunter2 | it has no Endpoint",
        "Endpoint=https://h/;SharedAccessKeyName=n;SharedAccessKey=hunter2"
            + "| its Endpoint is not of the form sb://host/",
        "Endpoint=sb://h/hunter2;SharedAccessKeyName=n;SharedAccessKey=hunter2"
            + "| its Endpoint is not of the form sb://host/",
        "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=hunter2;EntityPath=a b"
            + "| its EntityPath is no name of an event hub",
        "'\"Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=hunter2\"'"
            + "| it is wrapped in quotes, which are part of the variable's value",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hunter2"
            + "| it is one of a storage account, not of Event Hubs",
        "HostName=h;SharedAccessKeyName=n;SharedAccessKey=hunter2"
            + "| it is one of an IoT hub, not of Event Hubs",
      },
      quoteCharacter = '\'')
  void whatIsWrongIsToldInKeyNamesOnly(String text, String reason) {
    String string = text.equals("\"   \"") ? "   " : text;
    MalformedException malformed =
        assertThrows(MalformedException.class, () -> EventHubsConnectionString.parse(string));
    assertEquals(reason, malformed.getMessage());
    SourceException told =
        assertThrows(SourceException.class, () -> settings("localhost:9093", "e", string));
    assertEquals("the connection string ${C} cannot be used", told.problem());
    assertFalse(told.isRetryable());
    assertFalse(told.toString().contains("hunter2"), told.toString());
  }

  @Test
  void itTellsWhatThePipelineLeavesOut() {
    KafkaSettings settings = settings("", "", HUB);
    assertEquals("contoso.servicebus.windows.net:9093", settings.brokers());
    assertEquals("flights", settings.topic());
    SourceSpec source =
        Sources.kafka(kafka("", ""), new SourceSpec.Json(), required("id", Primitive.STRING));
    assertEquals("topic flights", SourceDiscovery.reading(source, secret -> HUB));
    SourceException open = assertThrows(SourceException.class, () -> settings("", "", NAMESPACE));
    assertEquals("nothing says which event hub to read", open.problem());
  }

  @Test
  void thePipelinesOwnNamesCount() {
    KafkaSettings settings = settings("127.0.0.1:9093", "Flights", HUB);
    assertEquals("127.0.0.1:9093", settings.brokers());
    assertEquals("Flights", settings.topic());
    assertEquals(
        "contoso.privatelink.servicebus.windows.net:9093",
        settings("contoso.privatelink.servicebus.windows.net:9093", "", HUB).brokers());
  }

  @Test
  void anotherEventHubOrNamespaceIsExplained() {
    SourceException hub = assertThrows(SourceException.class, () -> settings("", "reports", HUB));
    assertEquals(
        "source flights: the connection string ${C} is not for the event hub reports: its"
            + " EntityPath is flights, and its key opens no other. Write event_hub: flights, or"
            + " refer to the connection string of reports or of the whole namespace.",
        hub.getMessage());
    SourceException namespace =
        assertThrows(
            SourceException.class,
            () -> settings("fabrikam.servicebus.windows.net:9093", "flights", HUB));
    assertEquals(
        "source flights: the connection string ${C} is not for"
            + " fabrikam.servicebus.windows.net: its Endpoint is contoso.servicebus.windows.net, and"
            + " whoever is elsewhere gets to know its key. Leave namespace and bootstrap_servers"
            + " out, or refer to the other namespace's connection string; where the broker is a"
            + " private endpoint of this one, write event_hubs with private_endpoint: true.",
        namespace.getMessage());
  }

  @Test
  void itsKeyIsTakenOutOfWhatABrokerSays() {
    KafkaSettings settings = settings("", "", HUB);
    assertEquals(
        "${C}; *** is wrong", settings.withoutSecrets(HUB + "; aHVudGVyMg+/hunter2= is wrong"));
    assertTrue(settings.toString().endsWith("contoso.servicebus.windows.net:9093"));
  }

  private static KafkaSettings settings(String servers, String topic, String connectionString) {
    return new KafkaSettings("flights", kafka(servers, topic), secret -> connectionString);
  }

  private static SourceSpec.Kafka kafka(String servers, String topic) {
    return new SourceSpec.Kafka(
        servers,
        topic,
        Optional.of(new SecretText("${C}")),
        Map.of(),
        SourceSpec.StartingOffsets.EARLIEST);
  }
}
