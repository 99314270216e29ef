package io.payroute.platform;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Identifiers whose order is roughly that of their creation (UUID version 7, RFC 9562), so that indexes grow at one end. */
public final class Ids {

    private Ids() {
    }

    public static UUID next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return of(System.currentTimeMillis(), random.nextLong(), random.nextLong());
    }

    /**
     * Reads an id that somebody sent. Java alone takes {@code 1-1-1-1-1} too, so that several texts would name one payment.
     *
     * @throws IllegalArgumentException when it is not a UUID in full (RFC 9562: 32 hexadecimal digits in five groups)
     */
    public static UUID parse(String text) {
        UUID id = UUID.fromString(text);
        if (!id.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID in full");
        }
        return id;
    }

    static UUID of(long epochMillis, long randomA, long randomB) {
        long high = epochMillis << 16 | 0x7000L | randomA & 0x0FFFL;
        long low = 0x8000_0000_0000_0000L | randomB & 0x3FFF_FFFF_FFFF_FFFFL;
        return new UUID(high, low);
    }
}
