package io.payroute.crash;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.payroute.crash.Caller.Answer;
import io.payroute.crash.Caller.Request;

/** What callers do with some of the payments once they are completed. Each refund has an idempotency key of its own. */
final class Refunds {

    /** Chosen by the seed, together with the payment. */
    enum Plan {
        /** The customer keeps it. */
        NONE,
        /** 60 of 100, and then what is left. */
        PART_THEN_REST,
        /** 60 of 100 and 60 of 100 at once: one of them must be refused. */
        RACE,
        /** An amount that the sandbox answers in its own way, and then what is left. */
        ODD_THEN_REST;

        static Plan of(Random random) {
            return switch (random.nextInt(10)) {
                case 0 -> PART_THEN_REST;
                case 1 -> RACE;
                case 2 -> ODD_THEN_REST;
                default -> NONE;
            };
        }
    }

    /** Declined; slow; done but not answered, twice as often; not done and not answered; unreachable at first. */
    private static final List<Long> ODD = List.of(4002L, 4004L, 4008L, 4008L, 4009L, 5003L);
    private static final Set<String> OPEN = Set.of("pending", "processing", "unknown");
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final Caller caller;
    private final Answers answers;

    Refunds(Caller caller, Answers answers) {
        this.caller = caller;
        this.answers = answers;
    }

    /** @return done when every refund of the plan was answered for good */
    CompletableFuture<Void> follow(Plan plan, String key, String payment, long minor) {
        if (plan == Plan.NONE) {
            return NOTHING;
        }
        return caller.get("/api/v1/payments/" + payment, answer -> !OPEN.contains(status(answer)))
                .thenCompose(answer -> "completed".equals(status(answer)) ? refund(plan, key, payment, minor) : NOTHING);
    }

    private CompletableFuture<Void> refund(Plan plan, String key, String payment, long minor) {
        long part = minor * 60 / 100;
        return switch (plan) {
            case NONE -> NOTHING;
            case PART_THEN_REST -> partThenRest(key, payment, part);
            case RACE -> race(key, payment, part);
            case ODD_THEN_REST -> {
                long odd = ODD.get(Math.floorMod(key.hashCode(), ODD.size()));
                yield partThenRest(key, payment, odd < minor ? odd : part);
            }
        };
    }

    private CompletableFuture<Void> partThenRest(String key, String payment, long part) {
        return ask(key + "-part", payment, amount(part), false).thenCompose(first -> ask(key + "-rest", payment, "{}", false))
                .thenApply(rest -> null);
    }

    private CompletableFuture<Void> race(String key, String payment, long part) {
        CompletableFuture<Boolean> left = ask(key + "-left", payment, amount(part), true);
        CompletableFuture<Boolean> right = ask(key + "-right", payment, amount(part), true);
        return left.thenAcceptBoth(right, (one, other) -> answers.races().put(payment, (one ? 1 : 0) + (other ? 1 : 0)));
    }

    /** @param race whether it may be refused because of the other. @return whether it was accepted */
    private CompletableFuture<Boolean> ask(String key, String payment, String body, boolean race) {
        return caller.post(new Request("/api/v1/payments/" + payment + "/refunds", key, body, true)).thenApply(answer -> {
            if (refusedByProvider(answer)) {
                answers.refusedByProvider(key);
            } else if (!race || answer.status() != 409) {
                answers.operation(key, answer.must().getJsonObject("operation").getString("id"));
            }
            return answer.accepted();
        });
    }

    private static boolean refusedByProvider(Answer answer) {
        return !answer.accepted() && "/problems/refused-by-provider".equals(answer.json().getString("type"));
    }

    private static String status(Answer answer) {
        return answer.must().getJsonObject("payment").getString("status");
    }

    private static String amount(long minor) {
        return String.format(Locale.ROOT, "{\"amount\":%d.%02d}", minor / 100, minor % 100);
    }
}
