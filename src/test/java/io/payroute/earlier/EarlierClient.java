package io.payroute.earlier;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;

/**
 * A client as the earlier system had it: it knows what {@code earlier/contract.txt} says and nothing that came later, whatever our own
 * files say today.
 */
public final class EarlierClient {

    private static final Path CONTRACT = Path.of("src/test/resources/earlier/contract.txt");

    private record Call(Descriptor request, Descriptor answer) {
    }

    private final Map<String, Descriptor> messages = new HashMap<>();
    private final Map<String, Call> calls = new HashMap<>();

    public EarlierClient() {
        Map<String, FileDescriptorProto.Builder> files = new HashMap<>();
        for (String[] words : lines("message ")) {
            String[] name = words[1].split("\\.");
            files.computeIfAbsent(name[0], FileDescriptorProto.newBuilder().setSyntax("proto3")::setPackage);
        }
        for (String[] words : lines("message ")) {
            String[] name = words[1].split("\\.");
            DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name[1]);
            Stream.of(words).skip(2).forEach(field -> message.addField(field(name[0], field)));
            files.get(name[0]).addMessageType(message);
        }
        files.forEach((name, file) -> file(file).getMessageTypes().forEach(one -> messages.put(one.getFullName(), one)));
        for (String[] words : lines("call ")) {
            String prefix = words[1].substring(0, words[1].indexOf('.') + 1);
            calls.put(words[1], new Call(messages.get(prefix + words[2]), messages.get(prefix + words[3])));
        }
    }

    private static List<String[]> lines(String kind) {
        try {
            return Files.readAllLines(CONTRACT).stream().filter(line -> line.startsWith(kind)).map(line -> line.split(" "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileDescriptor file(FileDescriptorProto.Builder file) {
        try {
            return FileDescriptor.buildFrom(file.setName(file.getPackage() + ".proto").build(), new FileDescriptor[0]);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FieldDescriptorProto field(String scope, String text) {
        String[] parts = text.split("[=:]");
        String type = parts.length == 2 ? "string" : parts[2];
        FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder().setName(parts[0])
                .setNumber(Integer.parseInt(parts[1])).setLabel(Label.LABEL_OPTIONAL);
        return type.startsWith("*")
                ? field.setType(Type.TYPE_MESSAGE).setTypeName("." + scope + "." + type.substring(1))
                        .setLabel(Label.LABEL_REPEATED).build()
                : field.setType(Type.valueOf("TYPE_" + type.toUpperCase(Locale.ROOT))).build();
    }

    Map<String, Descriptor> messages() {
        return messages;
    }

    Map<String, String> calls() {
        Map<String, String> named = new HashMap<>();
        calls.forEach((name, call) -> named.put(name, call.request().getFullName() + " " + call.answer().getFullName()));
        return named;
    }

    /**
     * @param call such as {@code user.UserService/GetUser}
     * @param request in the text format of protobuf
     */
    public DynamicMessage call(Channel channel, String call, String request) throws TextFormat.ParseException {
        Call known = calls.get(call);
        DynamicMessage.Builder message = DynamicMessage.newBuilder(known.request());
        TextFormat.merge(request, message);
        MethodDescriptor<DynamicMessage, DynamicMessage> method = MethodDescriptor
                .newBuilder(new Bytes(known.request()), new Bytes(known.answer())).setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(call).build();
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
                message.build());
    }

    /** A field of an answer. */
    public static Object field(DynamicMessage message, String name) {
        return message.getField(message.getDescriptorForType().findFieldByName(name));
    }

    private record Bytes(Descriptor type) implements MethodDescriptor.Marshaller<DynamicMessage> {

        @Override
        public InputStream stream(DynamicMessage value) {
            return new ByteArrayInputStream(value.toByteArray());
        }

        @Override
        public DynamicMessage parse(InputStream stream) {
            try {
                return DynamicMessage.parseFrom(type, stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
