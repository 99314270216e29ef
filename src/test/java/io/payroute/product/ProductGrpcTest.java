package io.payroute.product;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jakarta.persistence.EntityManagerFactory;

import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.jpa.JpaComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.jpa.HibernatePersistenceConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.payroute.platform.TestRoles;
import io.payroute.platform.access.Scopes;
import io.payroute.platform.grpc.PayrouteGrpcComponent;
import io.payroute.proto.product.CreateProductRequest;
import io.payroute.proto.product.DeleteProductRequest;
import io.payroute.proto.product.GetProductRequest;
import io.payroute.proto.product.GetProductsRequest;
import io.payroute.proto.product.ListProductsRequest;
import io.payroute.proto.product.ProductResponse;
import io.payroute.proto.product.ProductServiceGrpc;
import io.payroute.proto.product.ProductServiceGrpc.ProductServiceBlockingStub;
import io.payroute.proto.product.UpdateProductRequest;
import io.payroute.testing.FreePorts;
import io.payroute.testing.Routes;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** The service as its callers have it, behind a real port; the steps that read by JPA read a real database. */
class ProductGrpcTest {

    private static TestDatabase database;
    private static EntityManagerFactory entities;

    private final DefaultCamelContext context = Routes.context();
    private final int port = FreePorts.next();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    private final ProductServiceBlockingStub client = ProductServiceGrpc.newBlockingStub(channel);

    /** Fails where entities and tables do not fit each other. */
    @BeforeAll
    static void create() {
        database = TestDatabase.create(ProductRole.NAME);
        entities = new HibernatePersistenceConfiguration(ProductRole.NAME).managedClass(Product.class)
                .property(AvailableSettings.JAKARTA_NON_JTA_DATASOURCE, database.dataSource())
                .property(AvailableSettings.HBM2DDL_AUTO, "validate").createEntityManagerFactory();
    }

    @AfterAll
    static void close() {
        entities.close();
    }

    @BeforeEach
    void serve() throws Exception {
        database.clear();
        context.getPropertiesComponent().addOverrideProperty("product.grpc.listen", "127.0.0.1:" + port);
        context.getRegistry().bind("changeProducts",
                new ChangeProducts(TestRoles.databases(database.dataSource()), "product.updated"));
        context.getRegistry().bind("findProducts", new FindProducts());
        context.getRegistry().bind(ProductRole.NAME, entities);
        JpaComponent jpa = new JpaComponent();
        jpa.setTransactionStrategy(Runnable::run);
        jpa.setJoinTransaction(false);
        context.addComponent("jpa", jpa);
        context.addComponent("grpc", new PayrouteGrpcComponent(new Scopes(Stream.of(ProductBeans.ACCESS))));
        Routes.load(context, "shared/error-handling.camel.yaml", "product/20-grpc-server.camel.yaml");
        for (String verb : List.of("create", "update", "delete")) {
            AdviceWith.adviceWith(context, "product-" + verb, route -> route.weaveById("to-outbox-product-" + verb).remove());
        }
        context.start();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        context.stop();
    }

    @Test
    void shouldServeAProductFromItsCreationToItsEnd() {
        // When
        ProductResponse made = client.createProduct(book("Book"));
        ProductResponse found = client.getProduct(get(made.getProductId()));
        ProductResponse changed = client.updateProduct(UpdateProductRequest.newBuilder().setProductId(made.getProductId())
                .setName("Tome").setVersion(made.getVersion()).build());
        ProductResponse foundChanged = client.getProduct(get(made.getProductId()));
        boolean hidden = client.deleteProduct(delete(made.getProductId())).getSuccess();

        // Then
        assertThat(found).isEqualTo(made);
        assertThat(made.getPrice()).isEqualTo(19.99);
        assertThat(made.getPriceMinor()).isEqualTo(1999);
        assertThat(changed.getName()).isEqualTo("Tome");
        assertThat(foundChanged).isEqualTo(changed);
        assertThat(hidden).isTrue();
    }

    @Test
    void shouldShowNothingThatIsHidden() {
        // Given
        String hidden = client.createProduct(book("Book one")).getProductId();
        ProductResponse left = client.createProduct(book("Book two"));

        // When
        client.deleteProduct(delete(hidden));

        // Then
        assertThat(status(() -> client.getProduct(get(hidden))).getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(client.listProducts(ListProductsRequest.getDefaultInstance()).getProductsList()).containsExactly(left);
        assertThat(client.listProducts(ListProductsRequest.newBuilder().setSearch("book").build()).getProductsList())
                .containsExactly(left);
        assertThat(client.getProducts(GetProductsRequest.newBuilder().addProductIds(hidden).addProductIds(left.getProductId())
                .build()).getProductsList()).containsExactly(left);
    }

    @Test
    void shouldAnswerWhatItDoesNotDoWithItsCode() {
        // Given
        String id = client.createProduct(book("Book")).getProductId();
        client.updateProduct(UpdateProductRequest.newBuilder().setProductId(id).setName("Tome").build());
        UpdateProductRequest late = UpdateProductRequest.newBuilder().setProductId(id).setVersion(1).setName("Late").build();

        // Then
        assertThat(status(() -> client.updateProduct(late))).satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(status.getDescription()).contains("version is 2");
        });
        assertThat(status(() -> client.createProduct(book(""))).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(() -> client.getProduct(get("book"))).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(() -> client.getProduct(get(UUID.randomUUID().toString()))).getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status(() -> client.deleteProduct(delete(UUID.randomUUID().toString()))).getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status(() -> client.getProducts(GetProductsRequest.getDefaultInstance())).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status(() -> client.listProducts(ListProductsRequest.newBuilder().setSearch("a\u0000").build())).getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void shouldListEveryProductOnceAlsoThoseOfOneMoment() {
        // Given
        IntStream.range(0, 25).forEach(i -> client.createProduct(book("Book " + i)));
        database.execute("UPDATE product SET created_at = '2026-01-01'");

        // When
        List<String> pages = IntStream.rangeClosed(1, 4)
                .mapToObj(page -> client.listProducts(
                        ListProductsRequest.newBuilder().setPage(page).setPageSize(10).build()))
                .flatMap(page -> page.getProductsList().stream()).map(ProductResponse::getProductId).toList();

        // Then
        assertThat(pages).hasSize(25).doesNotHaveDuplicates();
        assertThat(pages).isEqualTo(database.rows("SELECT id FROM product ORDER BY id DESC"));
    }

    @Test
    void shouldKeepAPageWithinItsBounds() {
        // Given
        IntStream.range(0, 101).forEach(i -> client.createProduct(book("Book " + i)));

        // Then
        assertThat(sizeOf(0, 0)).isEqualTo(20);
        assertThat(sizeOf(-1, -1)).isEqualTo(1);
        assertThat(sizeOf(1, 1_000_000)).isEqualTo(100);
        assertThat(sizeOf(Integer.MAX_VALUE, 100)).isZero();
    }

    @Test
    void shouldFindWordsInNameAndDescription() {
        // Given
        String book = client.createProduct(book("The Red Book")).getProductId();
        String pen = client.createProduct(book("Pen").toBuilder().setDescription("It's red, and 100% ink").build())
                .getProductId();
        client.createProduct(book("Blue book"));

        // Then
        assertThat(search("red")).containsExactly(pen, book);
        assertThat(search(" RED book ")).containsExactly(book);
        assertThat(search("it's | 100%")).containsExactly(pen);
        assertThat(search("green")).isEmpty();
    }

    private List<String> search(String words) {
        return client.listProducts(ListProductsRequest.newBuilder().setSearch(words).build()).getProductsList().stream()
                .map(ProductResponse::getProductId).toList();
    }

    private int sizeOf(int page, int size) {
        return client.listProducts(ListProductsRequest.newBuilder().setPage(page).setPageSize(size).build()).getProductsCount();
    }

    private static CreateProductRequest book(String name) {
        return CreateProductRequest.newBuilder().setName(name).setPrice(19.99).setStock(5).build();
    }

    private static GetProductRequest get(String id) {
        return GetProductRequest.newBuilder().setProductId(id).build();
    }

    private static DeleteProductRequest delete(String id) {
        return DeleteProductRequest.newBuilder().setProductId(id).build();
    }

    private static Status status(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
    }
}
