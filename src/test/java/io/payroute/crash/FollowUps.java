package io.payroute.crash;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.payroute.crash.Caller.Answer;
import io.payroute.crash.Caller.Request;

/** What callers do with some of their payments afterwards. Each request has an idempotency key of its own. */
final class FollowUps {

    /** Chosen by the seed, together with the payment. */
    enum Plan {
        /** Most are left alone. */
        NONE,
        /** Refund 60 of 100, and then what is left. */
        REFUND_IN_PARTS,
        /** Refund 60 of 100 and 60 of 100 at once: one of them must be refused. */
        REFUND_RACE,
        /** Refund an amount that the sandbox answers in its own way, and then what is left. */
        REFUND_ODD,
        /** Capture 60 of 100, and refund that. */
        CAPTURE,
        /** Cancel what is authorised. */
        CANCEL,
        /** Capture and cancel at once: one of them must be refused. */
        CAPTURE_RACE,
        /** Cancel before it is charged, if that is still possible. */
        CANCEL_AT_ONCE;

        private static final List<Plan> OFTEN = List.of(REFUND_IN_PARTS, REFUND_RACE, REFUND_ODD);
        private static final List<Plan> SELDOM = List.of(CAPTURE, CANCEL, CAPTURE_RACE, CANCEL_AT_ONCE);

        static Plan of(Random random) {
            int percent = random.nextInt(100);
            return percent < 27
                    ? OFTEN.get(percent / 9)
                    : percent < 43 ? SELDOM.get((percent - 27) / 4) : NONE;
        }

        /** Whether the payment is only authorised. */
        boolean authorises() {
            return this == CAPTURE || this == CANCEL || this == CAPTURE_RACE;
        }
    }

    /** Declined; slow; done but not answered, twice as often; not done and not answered; unreachable at first. */
    private static final List<Long> ODD = List.of(4002L, 4004L, 4008L, 4008L, 4009L, 5003L);
    private static final Set<String> OPEN = Set.of("pending", "processing", "review", "unknown");
    private static final String ALL = "{}";
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final Caller caller;
    private final Answers answers;

    FollowUps(Caller caller, Answers answers) {
        this.caller = caller;
        this.answers = answers;
    }

    /** @return done when everything that the plan asks for was answered for good */
    CompletableFuture<Void> follow(Plan plan, String key, String payment, long minor) {
        return switch (plan) {
            case NONE -> NOTHING;
            case CANCEL_AT_ONCE -> ask(key + "-cancel", payment, "cancel", ALL, true).thenApply(accepted -> null);
            default -> outcome(payment, OPEN)
                    .thenCompose(status -> "failed".equals(status) ? NOTHING : carryOut(plan, key, payment, minor));
        };
    }

    private CompletableFuture<Void> carryOut(Plan plan, String key, String payment, long minor) {
        String part = amount(minor * 60 / 100);
        return switch (plan) {
            case REFUND_IN_PARTS -> refundInParts(key, payment, part);
            case REFUND_ODD -> {
                long odd = ODD.get(Math.floorMod(key.hashCode(), ODD.size()));
                yield refundInParts(key, payment, odd < minor ? amount(odd) : part);
            }
            case REFUND_RACE -> race(payment, ask(key + "-left", payment, "refunds", part, true),
                    ask(key + "-right", payment, "refunds", part, true));
            case CAPTURE -> ask(key + "-capture", payment, "capture", part, false)
                    .thenCompose(accepted -> outcome(payment, Set.of("authorized")))
                    .thenCompose(status -> ask(key + "-rest", payment, "refunds", ALL, false)).thenApply(accepted -> null);
            case CANCEL -> ask(key + "-cancel", payment, "cancel", ALL, false).thenApply(accepted -> null);
            case CAPTURE_RACE -> race(payment, ask(key + "-capture", payment, "capture", ALL, true),
                    ask(key + "-cancel", payment, "cancel", ALL, true));
            case NONE, CANCEL_AT_ONCE -> throw new IllegalArgumentException(plan.name());
        };
    }

    private CompletableFuture<Void> refundInParts(String key, String payment, String part) {
        return ask(key + "-part", payment, "refunds", part, false)
                .thenCompose(accepted -> ask(key + "-rest", payment, "refunds", ALL, false)).thenApply(accepted -> null);
    }

    private CompletableFuture<Void> race(String payment, CompletableFuture<Boolean> left, CompletableFuture<Boolean> right) {
        return left.thenAcceptBoth(right, (one, other) -> answers.races().put(payment, (one ? 1 : 0) + (other ? 1 : 0)));
    }

    /** @param conflict whether the state of the payment may forbid it. @return whether it was accepted */
    private CompletableFuture<Boolean> ask(String key, String payment, String verb, String body, boolean conflict) {
        return caller.post(new Request("/api/v1/payments/" + payment + "/" + verb, key, body, true)).thenApply(answer -> {
            if (refusedByProvider(answer)) {
                answers.refusedByProvider(key);
            } else if (!conflict || answer.status() != 409) {
                answers.operation(key, answer.must().getJsonObject("operation").getString("id"));
            }
            return answer.accepted();
        });
    }

    private static boolean refusedByProvider(Answer answer) {
        return !answer.accepted() && "/problems/refused-by-provider".equals(answer.json().getString("type"));
    }

    /** @return the first status of the payment that is none of these */
    private CompletableFuture<String> outcome(String payment, Set<String> before) {
        return caller.get("/api/v1/payments/" + payment, answer -> !before.contains(status(answer)))
                .thenApply(FollowUps::status);
    }

    private static String status(Answer answer) {
        return answer.must().getJsonObject("payment").getString("status");
    }

    private static String amount(long minor) {
        return String.format(Locale.ROOT, "{\"amount\":%d.%02d}", minor / 100, minor % 100);
    }
}
