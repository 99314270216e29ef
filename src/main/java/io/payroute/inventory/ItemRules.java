package io.payroute.inventory;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import io.payroute.platform.Refusal;
import io.payroute.platform.http.JsonText;
import io.payroute.proto.inventory.StockItem;

/** What may be an id and a list of items. */
final class ItemRules {

    static final int MAX_ID = 100;
    static final int MAX_ITEMS = 100;
    static final int MAX_QUANTITY = 1_000_000;

    private ItemRules() {
    }

    static String id(String field, String id) {
        if (id.isBlank()) {
            throw Refusal.invalid(field, "required", field + " is required");
        }
        return text(field, id);
    }

    /** @return null for one that is not given */
    static String optional(String field, String id) {
        return id.isBlank() ? null : text(field, id);
    }

    private static String text(String field, String id) {
        if (id.length() > MAX_ID) {
            throw Refusal.invalid(field, "too_long", field + " must have at most " + MAX_ID + " characters");
        }
        if (!JsonText.isClean(id)) {
            throw Refusal.invalid(field, "text", field + " must not contain line breaks or control characters");
        }
        return id;
    }

    /** Pieces by product. A product that is named twice is added up, and then the sum is held to the rule. */
    static SortedMap<String, Integer> items(List<StockItem> items) {
        if (items.isEmpty() || items.size() > MAX_ITEMS) {
            throw Refusal.invalid("items", "size", "items must be 1 to " + MAX_ITEMS);
        }
        SortedMap<String, Integer> pieces = new TreeMap<>();
        for (int i = 0; i < items.size(); i++) {
            StockItem item = items.get(i);
            String at = "items[" + i + "].";
            String product = id(at + "product_id", item.getProductId());
            int quantity = item.getQuantity();
            int sum = quantity < 1 || quantity > MAX_QUANTITY ? 0 : pieces.merge(product, quantity, Integer::sum);
            if (sum < 1 || sum > MAX_QUANTITY) {
                throw Refusal.invalid(at + "quantity", "quantity",
                        at + "quantity must be 1 to " + MAX_QUANTITY + ", also where a product is named more than once");
            }
        }
        return pieces;
    }
}
