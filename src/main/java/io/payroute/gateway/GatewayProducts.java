package io.payroute.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.payroute.money.Money;
import io.payroute.platform.http.JsonBody;
import io.payroute.platform.http.Parameters;
import io.payroute.proto.inventory.CheckStockRequest;
import io.payroute.proto.inventory.CheckStockResponse;
import io.payroute.proto.product.CreateProductRequest;
import io.payroute.proto.product.DeleteProductRequest;
import io.payroute.proto.product.DeleteProductResponse;
import io.payroute.proto.product.GetProductRequest;
import io.payroute.proto.product.ListProductsRequest;
import io.payroute.proto.product.ListProductsResponse;
import io.payroute.proto.product.ProductResponse;
import io.payroute.proto.product.UpdateProductRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Products and their stock between JSON and the messages of {@code product.ProductService} and {@code inventory.InventoryService}. */
@ApplicationScoped
@Named("gatewayProducts")
public class GatewayProducts {

    private static final String WHAT = "product";
    private static final String DEFAULT_CURRENCY = "USD";
    private static final int MAX_NAME = 200;
    private static final int MAX_DESCRIPTION = 5_000;
    private static final int MAX_STOCK = 1_000_000_000;
    private static final int MAX_SEARCH = 200;
    private static final int CURRENCY = 8;
    private static final JsonBody.Schema CREATE = Requests.schema().required("name", JsonBody.text(1, MAX_NAME))
            .optional("description", JsonBody.lines(0, MAX_DESCRIPTION)).required("price", JsonBody.decimal())
            .optional("currency", JsonBody.text(1, CURRENCY)).money("price", "currency", DEFAULT_CURRENCY)
            .optional("stock", JsonBody.integer(0, MAX_STOCK));
    private static final JsonBody.Schema UPDATE = Requests.schema().optional("name", JsonBody.text(1, MAX_NAME))
            .optional("description", JsonBody.lines(1, MAX_DESCRIPTION)).optional("price", JsonBody.decimal())
            .optional("currency", JsonBody.text(1, CURRENCY)).optional("stock", JsonBody.integer(0, MAX_STOCK))
            .optional("version", JsonBody.integer(1, Long.MAX_VALUE));

    public void create(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonBody.Values values = Requests.read(message, CREATE);
        Money price = values.money("price");
        message.setBody(CreateProductRequest.newBuilder().setName(values.text("name"))
                .setDescription(values.text("description", "")).setPriceMinor(price.minor()).setCurrency(price.currency())
                .setStock((int) values.integer("stock", 0)).setIdempotencyKey(Requests.keyOfCaller(message)).build());
    }

    /** What the body does not name stays as it is. */
    public void update(Exchange exchange) {
        Message message = exchange.getMessage();
        UpdateProductRequest.Builder request = UpdateProductRequest.newBuilder().setProductId(Requests.id(message, WHAT));
        JsonBody.Values values = Requests.read(message, UPDATE);
        request.setName(values.text("name", "")).setDescription(values.text("description", ""))
                .setCurrency(Requests.currency(values)).setVersion(values.integer("version", 0));
        if (values.has("price")) {
            price(values.text("price"), request);
        }
        if (values.has("stock")) {
            request.setStock((int) values.integer("stock", 0));
        }
        message.setBody(request.build());
    }

    /** Without a currency it is in that of the product, which alone says how many decimals there may be. */
    private static void price(String text, UpdateProductRequest.Builder request) {
        Money price = Requests.money("price", text, request.getCurrency());
        if (request.getCurrency().isEmpty()) {
            request.setPrice(price.majorAsDouble());
        } else {
            request.setPriceMinor(price.minor());
        }
    }

    public void get(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(GetProductRequest.newBuilder().setProductId(Requests.id(message, WHAT)).build());
    }

    public void list(Exchange exchange) {
        Message message = exchange.getMessage();
        String search = Parameters.of(message).text("search", MAX_SEARCH);
        message.setBody(ListProductsRequest.newBuilder().setPage(Requests.page(message)).setPageSize(Requests.pageSize(message))
                .setSearch(search == null ? "" : search).build());
    }

    public void delete(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(DeleteProductRequest.newBuilder().setProductId(Requests.id(message, WHAT)).build());
    }

    public void stock(Exchange exchange) {
        Message message = exchange.getMessage();
        message.setBody(CheckStockRequest.newBuilder().setProductId(Requests.id(message, WHAT)).build());
    }

    public void created(@Body ProductResponse product, Exchange exchange) {
        Envelope.answer(exchange, 201, data(product));
        exchange.getMessage().setHeader("Location", "/products/" + product.getProductId());
    }

    public void found(@Body ProductResponse product, Exchange exchange) {
        Envelope.answer(exchange, 200, data(product));
    }

    public void listed(@Body ListProductsResponse page, Exchange exchange) {
        JsonArray products = new JsonArray();
        page.getProductsList().forEach(product -> products.add(data(product)));
        Envelope.answer(exchange, 200, new JsonObject().put("products", products));
    }

    public void deleted(@Body DeleteProductResponse deleted, Exchange exchange) {
        Envelope.answer(exchange, 200, new JsonObject().put("success", deleted.getSuccess()));
    }

    public void inStock(@Body CheckStockResponse stock, Exchange exchange) {
        Envelope.answer(exchange, 200, new JsonObject().put("product_id", stock.getProductId())
                .put("available", stock.getAvailable()));
    }

    private static JsonObject data(ProductResponse product) {
        JsonObject data = new JsonObject().put("product_id", product.getProductId()).put("name", product.getName())
                .put("description", product.getDescription())
                .put("price", Envelope.amount(product.getPriceMinor(), product.getCurrency(), product.getPrice()));
        Envelope.putGiven(data, "currency", product.getCurrency());
        data.put("stock", product.getStock()).put("created_at", product.getCreatedAt())
                .put("updated_at", product.getUpdatedAt());
        if (product.getVersion() != 0) {
            data.put("version", product.getVersion());
        }
        if (product.getHidden()) {
            data.put("hidden", true);
        }
        return data;
    }
}
