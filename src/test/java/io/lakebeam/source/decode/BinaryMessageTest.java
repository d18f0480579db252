package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.BINARY;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Timestamp;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WrappersProto;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.SourceSpec.Framing;
import io.lakebeam.testing.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Messages of Avro and Protobuf, and what a schema registry puts before them. */
class BinaryMessageTest {
  private static final byte[] PREFIX = {0, 0, 0, 1, 7};
  private static final Column ID = nullable("id", BIGINT);
  private static final Column NAME = nullable("name", STRING);
  private static final Schema ORDER =
      SchemaBuilder.record("Order").fields().requiredLong("id").optionalString("name").endRecord();
  private static final String TOLD =
      "the message starts with a zero byte and the number 263, as serializers of a schema registry"
          + " write it: declare framing: confluent in the source's format to pass over them";

  private static SourceSpec.AvroMessages avro(Schema schema, Framing framing) {
    return new SourceSpec.AvroMessages(schema.toString(), "order.avsc", framing);
  }

  @Test
  void anAvroMessageIsOneRecordOfTheDeclaredSchema() throws Exception {
    Collected out = Sources.decode(avro(ORDER, Framing.UNSAID), order(300, "a"), ID, NAME);
    assertEquals(List.of(300L), out.column("id"));
    assertEquals(List.of("a"), out.column("name"));
    assertEquals(List.of("{\"id\":300,\"name\":\"a\"}"), out.column("_raw"));
    Collected more =
        Sources.decode(avro(ORDER, Framing.UNSAID), joined(order(300, "a"), new byte[2]), ID);
    assertEquals(
        List.of("2 bytes are left behind the record: it was written with another schema"),
        more.errors());
    assertEquals(order(300, "a").length + 2, more.rejected.get(0).raw().length);
  }

  @Test
  void thePrefixOfASchemaRegistryIsPassedOverWhereDeclaredAndToldElsewhere() throws Exception {
    byte[] framed = joined(PREFIX, order(300, "a"));
    assertEquals(List.of(TOLD), Sources.decode(avro(ORDER, Framing.UNSAID), framed, ID).errors());
    assertEquals(
        List.of(300L), Sources.decode(avro(ORDER, Framing.CONFLUENT), framed, ID).column("id"));
    assertEquals(
        1, Sources.decode(avro(ORDER, Framing.CONFLUENT), order(300, "a"), ID).rejected.size());
    // A record that starts with a zero byte by itself.
    assertEquals(
        List.of(0L),
        Sources.decode(avro(ORDER, Framing.UNSAID), order(0, "longer"), ID).column("id"));
    // A record that is a prefix and a record as well.
    Schema two =
        SchemaBuilder.record("T").fields().requiredBytes("a").requiredBytes("b").endRecord();
    byte[] either = {0, 10, 1, 1, 1, 0, 0};
    Column b = nullable("b", BINARY);
    assertEquals(
        List.of(
            "the message can be read with and without the prefix of a schema registry: declare"
                + " framing: none or framing: confluent in the source's format"),
        Sources.decode(avro(two, Framing.UNSAID), either, b).errors());
    assertArrayEquals(
        new byte[] {1, 1, 1, 0, 0},
        Sources.decode(avro(two, Framing.NONE), either, b).rows.get(0).getBytes("b"));
    assertArrayEquals(
        new byte[0],
        Sources.decode(avro(two, Framing.CONFLUENT), either, b).rows.get(0).getBytes("b"));
  }

  @Test
  void jsonBehindAPrefixIsToldToo() {
    byte[] framed = joined(PREFIX, "{\"id\":1}".getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(TOLD), Sources.decode(new SourceSpec.Json(), framed, ID).errors());
    Collected out =
        Sources.decode(new SourceSpec.Json(false, false, Framing.CONFLUENT), framed, ID);
    assertEquals(List.of(1L), out.column("id"));
    assertEquals(List.of("{\"id\":1}"), out.column("_raw"));
    assertEquals(
        List.of(
            "the message does not start with a zero byte and a schema's number, although the source"
                + " declares framing: confluent"),
        Sources.decode(new SourceSpec.Json(false, false, Framing.CONFLUENT), "{\"id\":1}", ID)
            .errors());
  }

  @Test
  void whateverAnAvroMessageHoldsItIsARowOrARejectedRecord() throws Exception {
    byte[] clean = order(77, "some text");
    Fuzz.rounds(
        2000,
        random -> {
          byte[] bytes = Fuzz.damaged(clean, new byte[][] {PREFIX, {-1, -1, -1, -1, 15}}, random);
          for (Framing framing : Framing.values()) {
            assertEquals(1, Sources.decode(avro(ORDER, framing), bytes, ID, NAME).records());
          }
        });
  }

  @Test
  void anAvroSchemaThatDoesNotFitIsToldBeforeAnythingIsRead() {
    assertProblem(
        new SourceSpec.AvroMessages("{", "order.avsc", Framing.NONE),
        "order.avsc is no Avro schema",
        ID);
    assertProblem(
        avro(ORDER, Framing.NONE),
        "order.avsc does not have the declared columns",
        nullable("id", STRING));
  }

  private static void assertProblem(SourceSpec.Format format, String problem, Column... columns) {
    SourceSpec source = Sources.files("/none", new SourceSpec.Capture(format), columns);
    assertEquals(problem, SourceReader.problem(source).orElseThrow().problem());
  }

  private static byte[] order(long id, String name) throws IOException {
    GenericRecord order = new GenericData.Record(ORDER);
    order.put("id", id);
    order.put("name", name);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(ORDER).write(order, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  // ---- Protobuf

  private static final FileDescriptorProto FILE = file();
  private static final Descriptor EVENT = event();

  /** As protoc makes of orders.proto, proto3. */
  private static FileDescriptorProto file() {
    DescriptorProto item =
        DescriptorProto.newBuilder()
            .setName("Item")
            .addField(field("sku", 1, Type.TYPE_STRING))
            .addField(field("qty", 2, Type.TYPE_INT32))
            .build();
    DescriptorProto entry =
        DescriptorProto.newBuilder()
            .setName("TagsEntry")
            .setOptions(MessageOptions.newBuilder().setMapEntry(true))
            .addField(field("key", 1, Type.TYPE_STRING))
            .addField(field("value", 2, Type.TYPE_INT64))
            .build();
    DescriptorProto event =
        DescriptorProto.newBuilder()
            .setName("Event")
            .addField(field("id", 1, Type.TYPE_INT64))
            .addField(
                field("name", 2, Type.TYPE_STRING).toBuilder()
                    .setProto3Optional(true)
                    .setOneofIndex(0))
            .addField(field("u32", 3, Type.TYPE_UINT32))
            .addField(field("u64", 4, Type.TYPE_UINT64))
            .addField(field("flag", 5, Type.TYPE_BOOL))
            .addField(field("amount", 6, Type.TYPE_DOUBLE))
            .addField(field("payload", 7, Type.TYPE_BYTES))
            .addField(field("status", 8, Type.TYPE_ENUM).toBuilder().setTypeName(".acme.Status"))
            .addField(message("at", 9, ".google.protobuf.Timestamp"))
            .addField(message("count", 10, ".google.protobuf.Int64Value"))
            .addField(message("items", 11, ".acme.Item").toBuilder().setLabel(Label.LABEL_REPEATED))
            .addField(
                message("tags", 12, ".acme.Event.TagsEntry").toBuilder()
                    .setLabel(Label.LABEL_REPEATED))
            .addField(message("main", 13, ".acme.Item"))
            .addNestedType(entry)
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("_name"))
            .build();
    return FileDescriptorProto.newBuilder()
        .setName("orders.proto")
        .setPackage("acme")
        .setSyntax("proto3")
        .addDependency("google/protobuf/timestamp.proto")
        .addDependency("google/protobuf/wrappers.proto")
        .addMessageType(item)
        .addMessageType(event)
        .addEnumType(
            EnumDescriptorProto.newBuilder()
                .setName("Status")
                .addValue(EnumValueDescriptorProto.newBuilder().setName("NEW").setNumber(0))
                .addValue(EnumValueDescriptorProto.newBuilder().setName("PAID").setNumber(1)))
        .build();
  }

  private static FieldDescriptorProto field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL)
        .build();
  }

  private static FieldDescriptorProto message(String name, int number, String type) {
    return field(name, number, Type.TYPE_MESSAGE).toBuilder().setTypeName(type).build();
  }

  private static Descriptor event() {
    try {
      return FileDescriptor.buildFrom(
              FILE,
              new FileDescriptor[] {TimestampProto.getDescriptor(), WrappersProto.getDescriptor()})
          .findMessageTypeByName("Event");
    } catch (com.google.protobuf.Descriptors.DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SourceSpec.Protobuf protobuf(Framing framing) {
    byte[] set = FileDescriptorSet.newBuilder().addFile(FILE).build().toByteArray();
    return new SourceSpec.Protobuf(
        Base64.getEncoder().encodeToString(set), "orders.desc", "acme.Event", framing);
  }

  private static FieldDescriptor named(String name) {
    return EVENT.findFieldByName(name);
  }

  private static DynamicMessage item(String sku, int qty) {
    Descriptor type = named("main").getMessageType();
    return DynamicMessage.newBuilder(type)
        .setField(type.findFieldByName("sku"), sku)
        .setField(type.findFieldByName("qty"), qty)
        .build();
  }

  private static DynamicMessage full() {
    Descriptor tag = named("tags").getMessageType();
    return DynamicMessage.newBuilder(EVENT)
        .setField(named("id"), 1L << 40)
        .setField(named("name"), "\u00e4\u20ac")
        .setField(named("u32"), (int) 3_000_000_000L)
        .setField(named("u64"), -1L)
        .setField(named("flag"), true)
        .setField(named("amount"), 0.1)
        .setField(named("payload"), ByteString.copyFrom(new byte[] {1, -1}))
        .setField(named("status"), named("status").getEnumType().findValueByName("PAID"))
        .setField(named("at"), Timestamp.newBuilder().setSeconds(-1).setNanos(999_999_999).build())
        .setField(named("count"), Int64Value.of(5))
        .addRepeatedField(named("items"), item("x", 1))
        .addRepeatedField(named("items"), item("y", 0))
        .addRepeatedField(
            named("tags"),
            DynamicMessage.newBuilder(tag)
                .setField(tag.findFieldByName("key"), "k")
                .setField(tag.findFieldByName("value"), 9L)
                .build())
        .setField(named("main"), item("z", 3))
        .build();
  }

  @Test
  void everyFieldOfAProtobufMessageIsReadExactly() {
    DataType.Struct item =
        new DataType.Struct(List.of(nullable("sku", STRING), nullable("qty", INT)));
    Column[] columns = {
      nullable("id", BIGINT),
      nullable("NAME", STRING),
      nullable("u32", BIGINT),
      nullable("u64", new DataType.Decimal(20, 0)),
      nullable("flag", BOOLEAN),
      nullable("amount", DOUBLE),
      nullable("payload", BINARY),
      nullable("status", STRING),
      nullable("at", TIMESTAMP),
      nullable("count", BIGINT),
      nullable("items", new DataType.Array(item)),
      nullable("tags", new DataType.Map(STRING, BIGINT)),
      nullable("main", item)
    };
    Collected out = Sources.decode(protobuf(Framing.UNSAID), full().toByteArray(), columns);
    assertEquals(List.of(), out.errors());
    Row row = out.rows.get(0);
    assertEquals(1L << 40, row.getInt64("id"));
    assertEquals("\u00e4\u20ac", row.getString("NAME"));
    assertEquals(3_000_000_000L, row.getInt64("u32"));
    assertEquals(new BigDecimal("18446744073709551615"), row.getDecimal("u64"));
    assertEquals(true, row.getBoolean("flag"));
    assertEquals(0.1, row.getDouble("amount"));
    assertArrayEquals(new byte[] {1, -1}, row.getBytes("payload"));
    assertEquals("PAID", row.getString("status"));
    assertEquals(
        Instant.parse("1969-12-31T23:59:59.999999Z"), row.getLogicalTypeValue("at", Instant.class));
    assertEquals(5L, row.getInt64("count"));
    List<Row> items = new ArrayList<>(row.getArray("items"));
    assertEquals(Arrays.asList("x", 1), items.get(0).getValues());
    assertEquals(Arrays.asList("y", 0), items.get(1).getValues());
    assertEquals(Map.of("k", 9L), row.getMap("tags"));
    assertEquals(Arrays.asList("z", 3), row.getRow("main").getValues());
    assertEquals(null, row.getString("_rescued"));
    assertTrue(row.getString("_raw").startsWith("{\"id\":\"1099511627776\",\"name\":"));

    // What is unset: the type's zero, or NULL where that can be told.
    Row empty = Sources.decode(protobuf(Framing.UNSAID), new byte[0], columns).rows.get(0);
    assertEquals(0L, empty.getInt64("id"));
    assertEquals(null, empty.getString("NAME"));
    assertEquals("NEW", empty.getString("status"));
    assertEquals(null, empty.getLogicalTypeValue("at", Instant.class));
    assertEquals(null, empty.getInt64("count"));
    assertEquals(List.of(), new ArrayList<>(empty.getArray("items")));
    assertEquals(null, empty.getRow("main"));
    assertEquals(
        List.of("column name: unset, but declared NOT NULL"),
        Sources.decode(protobuf(Framing.UNSAID), new byte[0], required("name", STRING)).errors());
  }

  @Test
  void whatNoColumnTakesIsRescued() {
    DynamicMessage inner =
        item("z", 3).toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(7, UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
                    .build())
            .build();
    DynamicMessage message =
        DynamicMessage.newBuilder(EVENT)
            .setField(named("id"), 1L)
            .setField(named("flag"), true)
            .setField(named("main"), inner)
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        99,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("hi"))
                            .build())
                    .build())
            .build();
    Collected out =
        Sources.decode(
            protobuf(Framing.UNSAID),
            message.toByteArray(),
            ID,
            nullable("main", new DataType.Struct(List.of(nullable("sku", STRING)))));
    assertEquals(
        List.of("{\"flag\":true,\"#99\":[\"aGk=\"],\"main.#7\":[18446744073709551615]}"),
        out.column("_rescued"));
  }

  @Test
  void whatDoesNotFitIsRejectedByItself() {
    Collected out =
        Sources.decode(protobuf(Framing.UNSAID), full().toByteArray(), nullable("u32", INT), ID);
    assertEquals(List.of("column u32: 3000000000 does not fit INT"), out.errors());
    Collected big =
        Sources.decode(protobuf(Framing.UNSAID), full().toByteArray(), nullable("u64", BIGINT));
    assertEquals(List.of("column u64: 18446744073709551615 does not fit BIGINT"), big.errors());
    byte[] unknownSymbol = {64, 42};
    assertEquals(
        List.of("42"),
        Sources.decode(protobuf(Framing.UNSAID), unknownSymbol, nullable("status", STRING))
            .column("status"));
  }

  @Test
  void thePrefixBeforeProtobufHasNumbersOfTheMessageToo() {
    byte[] message =
        DynamicMessage.newBuilder(EVENT).setField(named("id"), 5L).build().toByteArray();
    for (byte[] indexes : new byte[][] {{0}, {2, 2}, {4, 0, 2}}) {
      byte[] framed = joined(joined(PREFIX, indexes), message);
      assertEquals(List.of(TOLD), Sources.decode(protobuf(Framing.UNSAID), framed, ID).errors());
      assertEquals(
          List.of(5L), Sources.decode(protobuf(Framing.CONFLUENT), framed, ID).column("id"));
    }
    assertEquals(
        List.of("the message ends within the prefix of the schema registry"),
        Sources.decode(protobuf(Framing.CONFLUENT), joined(PREFIX, new byte[] {4, 0}), ID)
            .errors());
  }

  @Test
  void whateverAProtobufMessageHoldsItIsARowOrARejectedRecord() {
    byte[] clean = full().toByteArray();
    Column items =
        nullable("items", new DataType.Array(new DataType.Struct(List.of(nullable("qty", INT)))));
    Fuzz.rounds(
        2000,
        random -> {
          byte[] bytes = Fuzz.damaged(clean, new byte[][] {PREFIX, {-1, -1, -1, -1, 15}}, random);
          for (Framing framing : Framing.values()) {
            assertEquals(
                1,
                Sources.decode(protobuf(framing), bytes, ID, NAME, items, nullable("at", TIMESTAMP))
                    .records());
          }
        });
  }

  @Test
  void aDescriptorThatDoesNotFitIsToldBeforeAnythingIsRead() {
    assertProblem(
        protobuf(Framing.NONE),
        "the message acme.Event does not have the declared columns",
        nullable("id", STRING));
    SourceSpec.Protobuf good = protobuf(Framing.NONE);
    assertProblem(
        new SourceSpec.Protobuf(good.descriptor(), "orders.desc", "acme.Evnt", Framing.NONE),
        "orders.desc has no message acme.Evnt",
        ID);
    assertProblem(
        new SourceSpec.Protobuf("AAAA", "orders.desc", "acme.Event", Framing.NONE),
        "orders.desc is no descriptor of Protobuf",
        ID);
    FileDescriptorProto importing = FILE.toBuilder().addDependency("other.proto").build();
    String set =
        Base64.getEncoder()
            .encodeToString(
                FileDescriptorSet.newBuilder().addFile(importing).build().toByteArray());
    SourceException lacking =
        assertThrows(
            SourceException.class,
            () ->
                ProtobufTypes.of(
                    "s", new SourceSpec.Protobuf(set, "orders.desc", "acme.Event", Framing.NONE)));
    assertEquals("orders.proto imports other.proto, which is not in it", lacking.reason());
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
