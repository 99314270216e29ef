package io.payroute.payment.model;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import io.payroute.money.Money;

/**
 * One rule of provider-rules.yaml: which payments it is for, and which providers are tried for them.
 *
 * @param providers in the order in which they are written
 */
public record ProviderRule(String name, Match match, List<Weighted> providers) {

    /**
     * What a payment must be. An empty set stands for everything.
     *
     * @param min minor units of the one currency, inclusive
     * @param max minor units of the one currency, inclusive
     */
    public record Match(Set<String> currencies, Set<String> methods, long min, long max) {

        public static final Match EVERYTHING = new Match(Set.of(), Set.of(), Long.MIN_VALUE, Long.MAX_VALUE);

        boolean of(Money money, String method) {
            return isOfCurrency(money) && isOfMethod(method) && min <= money.minor() && money.minor() <= max;
        }

        private boolean isOfCurrency(Money money) {
            return currencies.isEmpty() || currencies.contains(money.currency());
        }

        private boolean isOfMethod(String method) {
            return methods.isEmpty() || methods.contains(method);
        }

        private String against(Money money, String method) {
            if (!isOfCurrency(money)) {
                return money.currency() + " is none of its currencies, " + String.join(", ", new TreeSet<>(currencies));
            }
            if (!isOfMethod(method)) {
                return method + " is none of its methods, " + String.join(", ", new TreeSet<>(methods));
            }
            return money.minor() < min
                    ? "it is for no less than " + new Money(min, money.currency()).toDecimalText()
                    : "it is for no more than " + new Money(max, money.currency()).toDecimalText();
        }

        /** Whether no payment matches the other and not this one. */
        public boolean covers(Match other) {
            return covers(currencies, other.currencies) && covers(methods, other.methods) && min <= other.min
                    && other.max <= max;
        }

        private static boolean covers(Set<String> all, Set<String> some) {
            return all.isEmpty() || !some.isEmpty() && all.containsAll(some);
        }
    }

    /** @param weight this provider's share is its weight by the sum of weights; 0 in a rule without weights */
    public record Weighted(String provider, int weight) {
    }

    public boolean matches(Money money, String method) {
        return match.of(money, method);
    }

    /** Why it is not for a payment that does not match. */
    public String against(Money money, String method) {
        return match.against(money, method);
    }

    /**
     * The providers in the order in which they are tried. Without weights it is the written one; with weights, chance chooses
     * the first, and the others follow, the heaviest first. The chance is a hash of the payment's id, so that every process
     * gets the same order, also after a restart.
     */
    public List<String> order(UUID paymentId) {
        long total = providers.stream().mapToLong(Weighted::weight).sum();
        if (total == 0) {
            return providers.stream().map(Weighted::provider).toList();
        }
        long ticket = Long.remainderUnsigned(hash(paymentId), total);
        Weighted first = providers.get(0);
        for (Weighted candidate : providers) {
            first = candidate;
            ticket -= candidate.weight();
            if (ticket < 0) {
                break;
            }
        }
        Weighted chosen = first;
        return providers.stream().sorted(Comparator.comparing((Weighted one) -> one != chosen)
                .thenComparing(Comparator.comparingInt(Weighted::weight).reversed())).map(Weighted::provider).toList();
    }

    /** Ids begin with the time and are not evenly spread: both halves are mixed (the finalizer of MurmurHash3). */
    private static long hash(UUID id) {
        return mix(id.getLeastSignificantBits() ^ mix(id.getMostSignificantBits()));
    }

    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
