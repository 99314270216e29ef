package io.payroute.payment.query;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

import io.payroute.payment.model.Payment;
import io.payroute.platform.Refusal;

/**
 * Where a page of payments ends: the creation time and id of its last one. What is created or changed meanwhile moves no page. To
 * clients it is an opaque text.
 */
record PageCursor(Instant createdAt, UUID id) {

    private static final byte VERSION = 1;
    private static final int LENGTH = 1 + 3 * Long.BYTES;

    static PageCursor behind(Payment payment) {
        return new PageCursor(payment.createdAt(), payment.id());
    }

    String encode() {
        byte[] bytes = ByteBuffer.allocate(LENGTH).put(VERSION).putLong(ChronoUnit.MICROS.between(Instant.EPOCH, createdAt))
                .putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @throws Refusal 422 for a text that {@link #encode} did not make */
    static PageCursor decode(String text) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() == LENGTH && bytes.get() == VERSION) {
                PageCursor cursor = new PageCursor(Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS),
                        new UUID(bytes.getLong(), bytes.getLong()));
                if (cursor.createdAt.isAfter(Instant.EPOCH) && cursor.createdAt.isBefore(Instant.now().plusSeconds(86_400))) {
                    return cursor;
                }
            }
        } catch (IllegalArgumentException e) {
            // no base64
        }
        throw Refusal.invalid("cursor", "cursor", "cursor must be a next_cursor of this list, unchanged.");
    }
}
