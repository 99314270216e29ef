package io.payroute.platform.grpc;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.payroute.platform.Refusal;
import io.payroute.proto.notification.NotificationServiceGrpc;
import io.payroute.proto.notification.NotifyResponse;

import static io.payroute.platform.grpc.GrpcTestServer.DONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class GrpcStatusTest extends GrpcBed {

    @Test
    void shouldTellABrokenRuleInItsOwnWords() throws Exception {
        // Given
        server.serve(exchange -> {
            throw Refusal.invalid("to", "email", "to must be one e-mail address");
        });

        // When
        Status status = server.failure();

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).isEqualTo("to must be one e-mail address");
    }

    @Test
    void shouldHideTheTextOfAFailure() throws Exception {
        // Given
        server.serve(exchange -> {
            throw new IllegalStateException("password is hunter2");
        });

        // When
        Status status = server.failure();

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("internal error");
    }

    @Test
    void shouldHideTheTextOfALibrarysIllegalArgument() throws Exception {
        // Given
        server.serve(exchange -> Integer.parseInt("hunter2"));

        // When
        Status status = server.failure();

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("internal error");
    }

    @Test
    void shouldHideAnAnswerThatIsNone() throws Exception {
        // Given
        server.serve(exchange -> exchange.getMessage().setBody(null));

        // When
        Status status = server.failure();

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).isEqualTo("internal error");
    }

    @Test
    void shouldTellThatTheDatabaseIsUnavailable() throws Exception {
        // Given
        server.serve(exchange -> {
            throw new SQLException("connection to db.internal refused", "08001");
        });

        // When
        Status status = server.failure();

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).isEqualTo("temporarily unavailable");
    }

    @Test
    void shouldKeepTheCodeThatAVerbThrows() throws Exception {
        // Given
        server.serve(exchange -> {
            throw Status.NOT_FOUND.withDescription("no such payment").asRuntimeException();
        });

        // When
        Status status = server.failure();

        // Then
        assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status.getDescription()).isEqualTo("no such payment");
    }

    @Test
    void shouldRefuseBytesThatAreNoMessage() throws Exception {
        // Given
        server.serve(exchange -> exchange.getMessage().setBody(DONE));
        MethodDescriptor<byte[], NotifyResponse> garbage = NotificationServiceGrpc.getSendEmailMethod()
                .toBuilder(new Bytes(), NotificationServiceGrpc.getSendEmailMethod().getResponseMarshaller()).build();

        // When
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(server.channel(), garbage, CallOptions.DEFAULT, "{\"to\":7}".getBytes()));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription()).isEqualTo("the request is no message of this method");
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException();
        }
    }
}
