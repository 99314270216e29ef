package io.payroute.payment.provider.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

import org.jboss.logging.Logger;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;

import io.payroute.money.Money;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.payment.provider.ProviderListing.Entry;
import io.payroute.payment.provider.ProviderListing.Status;
import io.payroute.provider.AmountUnit;
import io.payroute.provider.UnreadableEvent;
import io.payroute.provider.ValuePointer;

/** Reads a page of a provider's payments by what its route declares. An entry that cannot be read is logged and left out. */
final class DeclaredList {

    private static final Logger LOG = Logger.getLogger(DeclaredList.class);
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final String provider;
    private final AmountUnit unit;
    private final JsonPointer items;
    private final Map<String, Status> statuses = new HashMap<>();
    private final Map<String, ValuePointer> pointers = new HashMap<>();
    private final int pageSize;

    /** @throws IllegalArgumentException naming the property that is wrong */
    DeclaredList(String provider, AmountUnit unit, Declaration declared) {
        this.provider = provider;
        this.unit = unit;
        for (String needed : List.of("items", "status", "outcomes", "reference", "amount", "currency", "created")) {
            if (!declared.has(needed)) {
                throw new IllegalArgumentException(needed + " is missing: a list needs it");
            }
        }
        items = declared.read("items", JsonPointer::compile);
        declared.read("outcomes", text -> {
            for (String pair : text.split(",")) {
                String[] sides = pair.strip().split("=");
                if (sides.length != 2) {
                    throw new IllegalArgumentException("'" + pair.strip() + "' must be word=status");
                }
                statuses.put(sides[0].strip(), Status.valueOf(sides[1].strip().toUpperCase(Locale.ROOT)));
            }
            return null;
        });
        for (String name : List.of("status", "reference", "paymentId", "amount", "currency", "captured", "refunded", "disputed",
                "created", "nextCursor")) {
            pointers.put(name, declared.pointer(name));
        }
        pageSize = declared.has("pageSize") ? declared.read("pageSize", Integer::parseInt) : 0;
    }

    /** @throws IllegalStateException when it is no list: the run goes on later */
    ProviderListing.Page page(int http, JsonNode json, String cursor) {
        if (http < 200 || http >= 300 || json == null || !json.at(items).isArray()) {
            throw new IllegalStateException("Provider " + provider + " gave no list: HTTP " + http);
        }
        JsonNode array = json.at(items);
        List<Entry> entries = new ArrayList<>();
        for (JsonNode item : array) {
            try {
                entries.add(entry(item));
            } catch (UnreadableEvent | IllegalArgumentException | DateTimeException e) {
                LOG.warnf("event=reconciliation-unreadable provider=%s cause=%s", provider, e.getMessage());
            }
        }
        return new ProviderListing.Page(entries, next(json, array.size(), cursor));
    }

    private String next(JsonNode json, int size, String cursor) {
        try {
            if (!pointers.get("nextCursor").isEmpty()) {
                return value("nextCursor", json);
            }
        } catch (UnreadableEvent e) {
            throw new IllegalStateException("Provider " + provider + " gave a cursor that cannot be one", e);
        }
        return pageSize > 0 && size >= pageSize ? String.valueOf(skip(cursor) + size) : null;
    }

    /** Entries before this page. */
    static long skip(String cursor) {
        return cursor == null || !cursor.matches("[0-9]{1,15}") ? 0 : Long.parseLong(cursor);
    }

    private Entry entry(JsonNode item) throws UnreadableEvent {
        Status status = statuses.get(String.valueOf(value("status", item)));
        String reference = value("reference", item);
        if (status == null || reference == null) {
            throw new UnreadableEvent(reference == null ? "no reference" : "a status that is not declared");
        }
        Money money = money("amount", item);
        long captured = pointers.get("captured").isEmpty()
                ? status == Status.COMPLETED ? money.minor() : 0
                : minor("captured", item);
        String id = value("paymentId", item);
        return new Entry(reference, id != null && UUID_TEXT.matcher(id).matches() ? UUID.fromString(id) : null, money, status,
                captured, minor("refunded", item), List.of(), Boolean.parseBoolean(value("disputed", item)),
                time(value("created", item)));
    }

    private Money money(String name, JsonNode item) throws UnreadableEvent {
        return unit.money(value(name, item), value("currency", item));
    }

    private long minor(String name, JsonNode item) throws UnreadableEvent {
        String text = value(name, item);
        return text == null || text.matches("0+(\\.0+)?") ? 0 : money(name, item).minor();
    }

    private String value(String name, JsonNode item) throws UnreadableEvent {
        return DeclaredAnswer.value(pointers.get(name), item);
    }

    private static Instant time(String text) {
        return text != null && text.matches("[0-9]{1,11}")
                ? Instant.ofEpochSecond(Long.parseLong(text))
                : OffsetDateTime.parse(String.valueOf(text)).toInstant();
    }
}
