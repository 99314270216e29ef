package io.payroute.product;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonText;
import io.payroute.proto.product.GetProductRequest;
import io.payroute.proto.product.GetProductsRequest;
import io.payroute.proto.product.GetProductsResponse;
import io.payroute.proto.product.ListProductsRequest;
import io.payroute.proto.product.ListProductsResponse;
import io.payroute.proto.product.ProductResponse;

/** Both sides of the steps that read products: which, and how the answer says it. */
@ApplicationScoped
@Named("findProducts")
public class FindProducts {

    private static final int MAX_IDS = 100;
    private static final int DEFAULT_PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final int MAX_SEARCH = 200;

    public Map<String, Object> one(GetProductRequest request) {
        return Map.of("id", ProductRules.id("product_id", request.getProductId()));
    }

    public ProductResponse answerOne(List<Product> found) {
        if (found.isEmpty()) {
            throw noProduct();
        }
        return ProductMessages.response(found.get(0));
    }

    public Map<String, Object> several(GetProductsRequest request) {
        if (request.getProductIdsCount() == 0 || request.getProductIdsCount() > MAX_IDS) {
            throw Refusal.invalid("product_ids", "size", "product_ids must have 1 to " + MAX_IDS + " entries.");
        }
        return Map.of("ids", request.getProductIdsList().stream().map(id -> ProductRules.id("product_ids", id))
                .collect(Collectors.toSet()));
    }

    public GetProductsResponse answerSeveral(List<Product> found) {
        return GetProductsResponse.newBuilder().addAllProducts(found.stream().map(ProductMessages::response).toList()).build();
    }

    public Map<String, Object> page(ListProductsRequest request) {
        String words = request.getSearch().strip();
        if (words.codePointCount(0, words.length()) > MAX_SEARCH || !JsonText.isClean(words)) {
            throw Refusal.invalid("search", "text",
                    "search must have at most " + MAX_SEARCH + " characters, and no control characters.");
        }
        int size = request.getPageSize() == 0 ? DEFAULT_PAGE : Math.max(1, Math.min(MAX_PAGE, request.getPageSize()));
        return Map.of("words", words, "size", size, "first", (Math.max(1, request.getPage()) - 1L) * size);
    }

    public ListProductsResponse answerPage(List<Product> found) {
        return ListProductsResponse.newBuilder().addAllProducts(found.stream().map(ProductMessages::response).toList())
                .build();
    }

    static Refusal noProduct() {
        return Refusal.notFound("There is no product with this id.");
    }
}
