package io.payroute.product;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.platform.Refusal;
import io.payroute.platform.TestRoles;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.product.CreateProductRequest;
import io.payroute.proto.product.DeleteProductRequest;
import io.payroute.proto.product.ProductResponse;
import io.payroute.proto.product.ProductUpdated;
import io.payroute.proto.product.UpdateProductRequest;
import io.payroute.testing.TestDatabase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChangeProductsTest {

    private static final CreateProductRequest BOOK = CreateProductRequest.newBuilder().setName("Book")
            .setDescription("About routes").setPrice(12.5).setStock(50).build();

    private static TestDatabase database;

    private final ChangeProducts products = new ChangeProducts(TestRoles.databases(database.dataSource()), "product.updated");

    @BeforeAll
    static void create() {
        database = TestDatabase.create(ProductRole.NAME);
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @Test
    void shouldMakeAProductAndTellOfItInOneCommit() throws Exception {
        // When
        ProductResponse made = products.create(BOOK);

        // Then
        assertThat(database.rows("SELECT id, name, description, price_minor, currency, stock, version, hidden FROM product"))
                .containsExactly(made.getProductId() + " Book About routes 1250 USD 50 1 f");
        assertThat(events()).containsExactly(ProductUpdated.newBuilder().setProductId(made.getProductId()).setVersion(1)
                .setName("Book").setPriceMinor(1250).setCurrency("USD").setStock(50).setStockGiven(50).setStockChange(50)
                .setUpdatedAt(made.getUpdatedAt()).build());
        assertThat(database.rows("SELECT convert_from(message_key, 'UTF8') FROM outbox")).containsExactly(made.getProductId());
    }

    @Test
    void shouldStoreNothingThatBreaksARule() {
        for (CreateProductRequest broken : List.of(BOOK.toBuilder().setName("").build(), BOOK.toBuilder().setPrice(0).build(),
                BOOK.toBuilder().setStock(-1).build(), BOOK.toBuilder().setIdempotencyKey("a b").build())) {
            assertThatExceptionOfType(Refusal.class).isThrownBy(() -> products.create(broken));
        }
        assertThat(database.count("product")).isZero();
        assertThat(database.count("outbox")).isZero();
    }

    @Test
    void shouldMakeOneProductOfAKeyHoweverManyAskAtOnce() throws Exception {
        // Given
        CreateProductRequest request = BOOK.toBuilder().setIdempotencyKey("key-1").build();
        ExecutorService callers = Executors.newFixedThreadPool(8);

        // When
        List<Future<ProductResponse>> answers = callers
                .invokeAll(IntStream.range(0, 8).mapToObj(i -> (Callable<ProductResponse>) () -> products
                        .create(request)).toList());
        callers.shutdown();

        // Then
        ProductResponse first = answers.get(0).get();
        for (Future<ProductResponse> answer : answers) {
            assertThat(answer.get()).isEqualTo(first);
        }
        assertThat(database.count("product")).isEqualTo(1);
        assertThat(database.count("outbox")).isEqualTo(1);
    }

    @Test
    void shouldRefuseAKeyThatWasUsedForAnotherProduct() throws Exception {
        // Given
        products.create(BOOK.toBuilder().setIdempotencyKey("key-1").build());

        // When, then
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> products.create(BOOK.toBuilder().setName("Pen").setIdempotencyKey("key-1").build()))
                .satisfies(refusal -> assertThat(refusal.type()).isEqualTo("idempotency-key-reused"));
        assertThat(database.count("product")).isEqualTo(1);
    }

    @Test
    void shouldChangeWhatIsSetAlone() throws Exception {
        // Given
        ProductResponse made = products.create(BOOK);
        database.execute("DELETE FROM outbox");

        // When
        ProductResponse changed = products.update(UpdateProductRequest.newBuilder().setProductId(made.getProductId())
                .setPriceMinor(999).build());

        // Then
        assertThat(changed).isEqualTo(made.toBuilder().setPriceMinor(999).setPrice(9.99).setVersion(2)
                .setUpdatedAt(changed.getUpdatedAt()).build());
        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.getPriceMinor()).isEqualTo(999);
            assertThat(event.getVersion()).isEqualTo(2);
            assertThat(event.hasStock() || event.hasStockChange()).as("says something of the stock").isFalse();
            assertThat(event.getStockGiven()).as("so that nothing is missed").isEqualTo(50);
        });
    }

    @Test
    void shouldSayHowManyPiecesThereAreFromNowOnAlsoNone() throws Exception {
        // Given
        String id = products.create(BOOK).getProductId();
        database.execute("DELETE FROM outbox");

        // When
        ProductResponse changed = products.update(UpdateProductRequest.newBuilder().setProductId(id).setStock(0).build());

        // Then
        assertThat(changed.getStock()).isZero();
        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.hasStock()).isTrue();
            assertThat(event.getStock()).isZero();
            assertThat(event.getStockChange()).as("to what is shown").isEqualTo(-50);
            assertThat(event.getStockGiven()).as("what was given, less what was taken").isZero();
        });
    }

    /** What the inventory announced before it knew of the first change would make the second one a difference to the past. */
    @Test
    void shouldSayTheDifferenceToTheLastChangeAlsoBeforeTheInventoryKnowsOfIt() throws Exception {
        // Given
        String id = products.create(BOOK).getProductId();
        UpdateProductRequest change = UpdateProductRequest.newBuilder().setProductId(id).setStock(60).build();
        ShowStock showStock = new ShowStock(TestRoles.databases(database.dataSource()));
        products.update(change);
        showStock.show(List.of(new ShowStock.Stock(UUID.fromString(id), 47, 2, 1)));
        database.execute("DELETE FROM outbox");

        // When
        products.update(change);

        // Then
        assertThat(events()).singleElement().satisfies(event -> assertThat(event.getStockGiven()).isEqualTo(60));
        showStock.show(List.of(new ShowStock.Stock(UUID.fromString(id), 57, 3, 3)));
        assertThat(database.value("SELECT stock FROM product")).isEqualTo("57");
    }

    @Test
    void shouldRefuseAChangeOfAnEarlierVersionAndNameTheCurrentOne() throws Exception {
        // Given
        String id = products.create(BOOK).getProductId();
        UpdateProductRequest change = UpdateProductRequest.newBuilder().setProductId(id).setVersion(1).setName("Tome").build();
        products.update(change);

        // When, then
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> products.update(change)).satisfies(refusal -> {
            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.CONFLICT);
            assertThat(refusal.detail()).contains("its version is 2, not 1");
        });
        assertThat(database.value("SELECT version FROM product")).isEqualTo("2");
        assertThat(database.count("outbox")).isEqualTo(2);
    }

    @Test
    void shouldLetOneOfManyChangesOfAVersionWin() throws Exception {
        // Given
        String id = products.create(BOOK).getProductId();
        ExecutorService callers = Executors.newFixedThreadPool(8);

        // When
        List<Future<ProductResponse>> answers = callers.invokeAll(IntStream.range(0, 8)
                .mapToObj(i -> (Callable<ProductResponse>) () -> products.update(UpdateProductRequest
                        .newBuilder().setProductId(id).setVersion(1).setName("Book " + i).build()))
                .toList());
        callers.shutdown();

        // Then
        assertThat(answers.stream().filter(answer -> succeeded(answer))).hasSize(1);
        assertThat(database.value("SELECT version FROM product")).isEqualTo("2");
    }

    @Test
    void shouldNotKeepANumberWhoseCurrencyChanges() throws Exception {
        // Given
        String id = products.create(BOOK).getProductId();
        UpdateProductRequest.Builder change = UpdateProductRequest.newBuilder().setProductId(id).setCurrency("JPY");

        // When, then
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> products.update(change.build()));
        assertThat(products.update(change.setPrice(1250).build()).getPriceMinor()).isEqualTo(1250);
    }

    @Test
    void shouldHideAProductOnceAndKeepItsRow() throws Exception {
        // Given
        String id = products.create(BOOK).getProductId();
        database.execute("DELETE FROM outbox");
        DeleteProductRequest delete = DeleteProductRequest.newBuilder().setProductId(id).build();

        // When
        boolean first = products.delete(delete).getSuccess();
        boolean second = products.delete(delete).getSuccess();

        // Then
        assertThat(first).isTrue();
        assertThat(second).isTrue();
        assertThat(database.rows("SELECT hidden, version FROM product")).containsExactly("t 2");
        assertThat(events()).singleElement().satisfies(event -> assertThat(event.getHidden()).isTrue());
    }

    @Test
    void shouldChangeNothingThatIsHiddenOrUnknown() throws Exception {
        // Given
        String id = products.create(BOOK).getProductId();
        products.delete(DeleteProductRequest.newBuilder().setProductId(id).build());

        // Then
        for (String missing : List.of(id, UUID.randomUUID().toString())) {
            assertThatExceptionOfType(Refusal.class).isThrownBy(
                    () -> products.update(UpdateProductRequest.newBuilder().setProductId(missing).setName("Tome").build()))
                    .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NOT_FOUND));
        }
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> products.delete(
                DeleteProductRequest.newBuilder().setProductId(UUID.randomUUID().toString()).build()))
                .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NOT_FOUND));
    }

    private static boolean succeeded(Future<?> answer) {
        try {
            return answer.get() != null;
        } catch (ExecutionException | InterruptedException e) {
            return false;
        }
    }

    private static List<ProductUpdated> events() throws Exception {
        return Sql.query(database.dataSource(), "SELECT payload FROM outbox WHERE topic = 'product.updated' ORDER BY 1",
                row -> {
                    try {
                        return ProductUpdated.parseFrom(row.getBytes(1));
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }
}
