package io.lakebeam.source.decode;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import com.google.protobuf.util.JsonFormat;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.NearestName;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The messages that a descriptor file describes. */
final class ProtobufTypes {
  /** Files that every compiler has, which a set may leave out. */
  private static final Map<String, FileDescriptor> WELL_KNOWN =
      Stream.of(
              AnyProto.getDescriptor(),
              DurationProto.getDescriptor(),
              EmptyProto.getDescriptor(),
              FieldMaskProto.getDescriptor(),
              StructProto.getDescriptor(),
              TimestampProto.getDescriptor(),
              WrappersProto.getDescriptor())
          .collect(Collectors.toUnmodifiableMap(FileDescriptor::getName, file -> file));

  private final Map<String, Descriptor> messages = new LinkedHashMap<>();

  private ProtobufTypes() {}

  /**
   * Of a source's descriptor file.
   *
   * @throws SourceException when it is none, or lacks a file that it imports
   */
  static ProtobufTypes of(String source, SourceSpec.Protobuf format) {
    String remedy =
        "Make it with protoc --include_imports --descriptor_set_out=" + format.file() + " ...";
    try {
      FileDescriptorSet set =
          FileDescriptorSet.parseFrom(Base64.getDecoder().decode(format.descriptor()));
      Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
      set.getFileList().forEach(file -> files.put(file.getName(), file));
      ProtobufTypes types = new ProtobufTypes();
      Map<String, FileDescriptor> linked = new LinkedHashMap<>();
      for (String name : files.keySet()) {
        types.addAll(link(name, files, linked, new ArrayList<>()).getMessageTypes());
      }
      return types;
    } catch (InvalidProtocolBufferException e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          format.file() + " is no descriptor of Protobuf",
          e.getMessage(),
          remedy,
          e);
    } catch (DescriptorValidationException | IllegalArgumentException e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          format.file() + " cannot be used",
          e.getMessage(),
          remedy,
          e);
    }
  }

  private static FileDescriptor link(
      String name,
      Map<String, FileDescriptorProto> files,
      Map<String, FileDescriptor> linked,
      List<String> importing)
      throws DescriptorValidationException {
    FileDescriptor known = linked.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto file = files.get(name);
    if (file == null) {
      known = WELL_KNOWN.get(name);
      if (known == null) {
        throw new IllegalArgumentException(
            importing.get(importing.size() - 1) + " imports " + name + ", which is not in it");
      }
      return known;
    }
    if (importing.contains(name)) {
      throw new IllegalArgumentException(name + " imports itself");
    }
    importing.add(name);
    List<FileDescriptor> imports = new ArrayList<>();
    for (String each : file.getDependencyList()) {
      imports.add(link(each, files, linked, importing));
    }
    importing.remove(name);
    known = FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
    linked.put(name, known);
    return known;
  }

  private void addAll(List<Descriptor> descriptors) {
    for (Descriptor descriptor : descriptors) {
      messages.put(descriptor.getFullName(), descriptor);
      addAll(descriptor.getNestedTypes());
    }
  }

  /**
   * The message that a format names, with its package.
   *
   * @throws SourceException when there is none
   */
  Descriptor message(String source, SourceSpec.Protobuf format) {
    Descriptor message = messages.get(format.message());
    if (message == null) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          format.file() + " has no message " + format.message(),
          "its messages are " + BadRecord.shortened(String.join(", ", messages.keySet())),
          NearestName.among(format.message(), messages.keySet())
              .map(near -> "Did you mean " + near + "?")
              .orElse("Name one of them, with its package"));
    }
    return message;
  }

  JsonFormat.TypeRegistry registry() {
    return JsonFormat.TypeRegistry.newBuilder().add(messages.values()).build();
  }
}
