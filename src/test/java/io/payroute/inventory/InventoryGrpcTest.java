package io.payroute.inventory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.proto.inventory.CheckStockRequest;
import io.payroute.proto.inventory.CommitStockRequest;
import io.payroute.proto.inventory.InventoryServiceGrpc;
import io.payroute.proto.inventory.InventoryServiceGrpc.InventoryServiceBlockingStub;
import io.payroute.proto.inventory.ReleaseStockRequest;
import io.payroute.proto.inventory.ReserveStockResponse;
import io.payroute.proto.inventory.UpdateStockRequest;
import io.payroute.testing.FreePorts;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The service as its callers have it: a generated client, and one that knows the contract's fields and no others. */
class InventoryGrpcTest {

    private static TestDatabase database;

    private final DefaultCamelContext context = Routes.context();
    private final StockWrites writes = TestStock.writes(database);
    private final int port = FreePorts.next();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    private final InventoryServiceBlockingStub client = InventoryServiceGrpc.newBlockingStub(channel);

    @BeforeAll
    static void create() {
        database = TestDatabase.create(InventoryRole.NAME);
    }

    @BeforeEach
    void serve() throws Exception {
        database.clear();
        TestStock.product(database, "book", 5);
        context.getPropertiesComponent().addOverrideProperty("inventory.grpc.listen", "127.0.0.1:" + port);
        context.getRegistry().bind("reserveStock", new ReserveStock(writes));
        context.getRegistry().bind("commitStock", new CommitStock(writes));
        context.getRegistry().bind("releaseStock", new ReleaseStock(writes));
        context.getRegistry().bind("updateStock", new UpdateStock(writes));
        context.getRegistry().bind("checkStock", new CheckStock(database.dataSource()));
        context.addComponent("grpc", new PayrouteGrpcComponent(new Scopes(Stream.of(InventoryAccess.RULES))));
        Routes.load(context, "shared/error-handling.camel.yaml", "inventory/20-grpc-server.camel.yaml");
        context.start();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        context.stop();
        writes.close();
    }

    @Test
    void shouldServeEveryCall() {
        // When
        ReserveStockResponse reserved = client.reserveStock(TestStock.request("order-1", "book 2"));
        client.commitStock(CommitStockRequest.newBuilder().setOrderId("order-1").build());
        int added = client.updateStock(UpdateStockRequest.newBuilder().setProductId("book").setStockDelta(4).build())
                .getNewStock();
        client.releaseStock(ReleaseStockRequest.newBuilder().setOrderId("order-1").build());
        int available = client.checkStock(CheckStockRequest.newBuilder().setProductId("book").build()).getAvailable();

        // Then
        assertThat(reserved.getSuccess()).isTrue();
        assertThat(added).isEqualTo(7);
        assertThat(available).isEqualTo(9);
    }

    @Test
    void shouldAnswerWhatItDoesNotDoWithItsCode() {
        // Then
        assertThat(code(() -> client.reserveStock(TestStock.request("order-1", "book 0"))))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(code(() -> client.commitStock(CommitStockRequest.newBuilder().setOrderId("order-1").build())))
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(code(() -> client.updateStock(UpdateStockRequest.newBuilder().setProductId("book").setStockDelta(-6)
                .build()))).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(code(() -> client.checkStock(CheckStockRequest.newBuilder().setProductId("rope").build())))
                .isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void shouldAnswerThatThereIsNotEnoughWithoutFailing() {
        // When
        ReserveStockResponse refused = client.reserveStock(TestStock.request("order-1", "book 6"));

        // Then
        assertThat(refused.getSuccess()).isFalse();
        assertThat(refused.getMessage()).isEqualTo("Of product book there are 5 pieces.");
    }

    @Test
    void shouldBeUnderstoodByAClientOfTheContractAlone() throws Exception {
        // Given
        UnknownFieldSet item = fields(1, text("book")).toBuilder().addField(2, number(2)).build();
        UnknownFieldSet request = fields(1, text("order-1")).toBuilder()
                .addField(2, Field.newBuilder().addLengthDelimited(item.toByteString()).build()).build();

        // When
        UnknownFieldSet reserved = call("ReserveStock", request);
        UnknownFieldSet checked = call("CheckStock", fields(1, text("book")));
        UnknownFieldSet updated = call("UpdateStock", fields(1, text("book")).toBuilder().addField(2, number(-1)).build());

        // Then
        assertThat(reserved.getField(1)).isEqualTo(text("order-1"));
        assertThat(reserved.getField(2)).isEqualTo(number(1));
        assertThat(reserved.getField(3)).isEqualTo(text("Reserved"));
        assertThat(checked).isEqualTo(fields(1, text("book")).toBuilder().addField(2, number(3)).build());
        assertThat(updated).isEqualTo(fields(1, text("book")).toBuilder().addField(2, number(2)).build());
    }

    private UnknownFieldSet call(String method, UnknownFieldSet request) throws IOException {
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY).setFullMethodName("inventory.InventoryService/" + method).build();
        return UnknownFieldSet.parseFrom(ClientCalls.blockingUnaryCall(channel, descriptor,
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), request.toByteArray()));
    }

    private static Status.Code code(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus().getCode();
    }

    private static UnknownFieldSet fields(int number, Field field) {
        return UnknownFieldSet.newBuilder().addField(number, field).build();
    }

    private static Field text(String text) {
        return Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(text)).build();
    }

    private static Field number(long number) {
        return Field.newBuilder().addVarint(number).build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
