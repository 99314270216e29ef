package io.payroute.order;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.payroute.money.Money;
import io.payroute.order.model.Order;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonText;
import io.payroute.proto.order.CreateOrderRequest;
import io.payroute.proto.order.OrderItem;
import io.payroute.proto.product.ProductResponse;

/** What may be ordered: the rules of a request by itself, and those that need the products. */
final class NewOrder {

    static final int MAX_ITEMS = 100;
    static final int MAX_QUANTITY = 1_000_000;
    private static final int MAX_USER_ID = 64;
    private static final int MAX_ADDRESS = 500;
    private static final int MAX_METHOD = 32;
    /** As payment has it: what it refuses later would fail the order. */
    private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9_.:-]+");
    private static final String DEFAULT_METHOD = "card";

    private NewOrder() {
    }

    /** @return the quantity of each product, in the order of the request */
    static Map<UUID, Integer> quantities(CreateOrderRequest request) {
        line("user_id", request.getUserId(), MAX_USER_ID);
        line("address", request.getAddress(), MAX_ADDRESS);
        if (request.getItemsCount() == 0 || request.getItemsCount() > MAX_ITEMS) {
            throw Refusal.invalid("items", "size", "items must have 1 to " + MAX_ITEMS + " entries.");
        }
        Map<UUID, Integer> quantities = new LinkedHashMap<>();
        for (int at = 0; at < request.getItemsCount(); at++) {
            OrderItem item = request.getItems(at);
            String field = "items[" + at + "]";
            if (item.getQuantity() < 1 || item.getQuantity() > MAX_QUANTITY) {
                throw Refusal.invalid(field + ".quantity", "quantity", field + ".quantity must be 1 to " + MAX_QUANTITY + ".");
            }
            if (quantities.put(productId(field + ".product_id", item.getProductId()), item.getQuantity()) != null) {
                throw Refusal.invalid(field + ".product_id", "duplicate", field + ".product_id stands in items twice.");
            }
        }
        return quantities;
    }

    static String method(CreateOrderRequest request) {
        String method = request.getPaymentMethodId().isEmpty() ? DEFAULT_METHOD : request.getPaymentMethodId();
        line("payment_method_id", method, MAX_METHOD);
        if (!METHOD.matcher(method).matches()) {
            throw Refusal.invalid("payment_method_id", "word",
                    "payment_method_id must be letters, digits or any of _ . : -");
        }
        return method;
    }

    /** @throws Refusal naming the item that is not for sale, or the currency that does not fit */
    static List<Order.Item> items(Map<UUID, Integer> quantities, List<ProductResponse> products) {
        Map<String, ProductResponse> byId = products.stream()
                .collect(Collectors.toMap(ProductResponse::getProductId, Function.identity(), (one, same) -> one));
        int at = 0;
        List<Order.Item> items = new ArrayList<>();
        for (Map.Entry<UUID, Integer> wanted : quantities.entrySet()) {
            ProductResponse product = byId.get(wanted.getKey().toString());
            if (product == null || product.getHidden()) {
                throw Refusal.invalid("items[" + at + "].product_id", "unknown_product",
                        "items[" + at + "].product_id is no product that is for sale.");
            }
            items.add(new Order.Item(wanted.getKey(), product.getName(), wanted.getValue(), product.getPriceMinor()));
            at++;
        }
        return List.copyOf(items);
    }

    /** The sum. @param currency that the request names, or empty */
    static Money amount(List<Order.Item> items, List<ProductResponse> products, String currency) {
        List<String> currencies = products.stream().map(ProductResponse::getCurrency).distinct().toList();
        if (currencies.size() != 1 || !currency.isEmpty() && !currency.equals(currencies.get(0))) {
            throw Refusal.invalid("currency", "mixed_currencies", "All items must be in one currency"
                    + (currency.isEmpty() ? "." : ", " + currency + "; they are in " + String.join(", ", currencies) + "."));
        }
        long sum = 0;
        try {
            for (Order.Item item : items) {
                sum = Math.addExact(sum, Math.multiplyExact(item.priceMinor(), (long) item.quantity()));
            }
        } catch (ArithmeticException e) {
            sum = Long.MAX_VALUE;
        }
        if (sum < 1 || sum > Money.MAX_MINOR) {
            throw Refusal.invalid("items", "amount", "The items together must cost more than nothing and at most "
                    + Money.MAX_MINOR + " minor units.");
        }
        return new Money(sum, currencies.get(0));
    }

    private static UUID productId(String field, String text) {
        try {
            return Ids.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(field, "uuid", field + " must be the id of a product.");
        }
    }

    private static void line(String field, String text, int max) {
        if (text.isBlank()) {
            throw Refusal.invalid(field, "required", field + " is required.");
        }
        if (text.codePointCount(0, text.length()) > max || !JsonText.isClean(text)) {
            throw Refusal.invalid(field, "text", field + " must be at most " + max + " characters without control characters.");
        }
    }
}
