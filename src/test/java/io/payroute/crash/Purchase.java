package io.payroute.crash;

import java.util.List;
import java.util.Locale;
import java.util.Random;

import io.payroute.crash.Caller.Request;
import io.payroute.crash.FollowUps.Plan;

/**
 * A payment that a caller is going to make.
 *
 * @param minor US cents
 * @param again whether it is sent once more after it was answered
 */
record Purchase(String key, long minor, boolean again, Plan plan) {

    /** Of a hundred payments, so many have an amount that the sandbox answers in its own way. */
    private static final List<Long> MAGIC = List.of(4002L, 4002L, 4002L, 4002L, 4003L, 4003L, 4004L, 4008L, 4008L, 4008L, 4009L,
            4009L, 4009L, 5003L, 5003L, 5003L);

    /** With everything that may happen. */
    static Purchase any(String key, Random random) {
        int kind = random.nextInt(100);
        return new Purchase(key, kind < MAGIC.size() ? MAGIC.get(kind) : ordinary(random), random.nextInt(10) == 0,
                Plan.of(random));
    }

    /** With nothing but a payment. */
    static Purchase plain(String key, Random random) {
        return new Purchase(key, ordinary(random), random.nextInt(10) == 0, Plan.NONE);
    }

    /** Above every amount that the sandbox answers in its own way. */
    private static long ordinary(Random random) {
        return 10_000 + random.nextInt(1_000_000);
    }

    Request request() {
        return plan.authorises()
                ? request("/api/v1/payments", "\"user_id\":\"%1$s\",\"capture\":false")
                : request("/pay", "\"userId\":\"%1$s\"");
    }

    private Request request(String path, String fields) {
        String body = "{" + fields + ",\"amount\":%2$d.%3$02d,\"currency\":\"USD\",\"method\":\"card\","
                + "\"email\":\"%1$s@crash.test\"}";
        return new Request(path, key, String.format(Locale.ROOT, body, key, minor / 100, minor % 100), false);
    }

    /** The field of the answer that holds the payment's id. */
    String idField() {
        return plan.authorises() ? "payment_id" : "paymentId";
    }
}
