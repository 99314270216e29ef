package io.payroute.earlier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;

import io.payroute.proto.inventory.StockItem;
import io.payroute.proto.notification.SendEmailRequest;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.payment.PaymentRequest;
import io.payroute.proto.product.ProductResponse;
import io.payroute.proto.user.UserResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** Our messages against dumps of those that the earlier system's clients send and read: a number that moves is found here. */
class EarlierMessagesTest {

    private static final Map<String, FileDescriptor> OURS = Stream.of(StockItem.getDescriptor(),
            SendEmailRequest.getDescriptor(), OrderItem.getDescriptor(), PaymentRequest.getDescriptor(),
            ProductResponse.getDescriptor(), UserResponse.getDescriptor())
            .collect(Collectors.toMap(message -> message.getFile().getPackage(), message -> message.getFile()));

    private final EarlierClient earlier = new EarlierClient();

    static Stream<String> dumps() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/earlier/messages.txt")).stream()
                .filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("dumps")
    void shouldReadAndWriteWhatEarlierClientsSendByteForByte(String dump) throws Exception {
        // Given
        String[] parts = dump.split(" ", 3);
        String[] name = parts[0].split("\\.");
        byte[] bytes = HexFormat.of().parseHex(parts[1]);

        // When
        DynamicMessage message = DynamicMessage.parseFrom(OURS.get(name[0]).findMessageTypeByName(name[1]), bytes);

        // Then
        assertThat(message.getUnknownFields().asMap()).isEmpty();
        assertThat(TextFormat.printer().escapingNonAscii(false).emittingSingleLine(true).printToString(message).strip())
                .isEqualTo(parts[2]);
        assertThat(message.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void shouldHaveADumpOfEveryMessage() throws IOException {
        assertThat(dumps().map(line -> line.substring(0, line.indexOf(' ')))).containsExactlyInAnyOrderElementsOf(
                earlier.messages().keySet());
    }

    @Test
    void shouldServeEveryCallThatEarlierClientsMake() {
        // When
        Set<String> served = new TreeSet<>();
        for (FileDescriptor file : OURS.values()) {
            for (ServiceDescriptor service : file.getServices()) {
                service.getMethods().forEach(method -> served.add(service.getFullName() + "/" + method.getName() + " "
                        + method.getInputType().getFullName() + " " + method.getOutputType().getFullName()));
            }
        }

        // Then
        assertThat(served).containsAll(earlier.calls().entrySet().stream().map(call -> call.getKey() + " " + call.getValue())
                .toList());
    }
}
