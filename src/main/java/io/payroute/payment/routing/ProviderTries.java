package io.payroute.payment.routing;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.payroute.payment.model.ProviderOutcome;

/**
 * How often each provider was called to charge a payment, and which of them declined. It is read from {@code provider_call},
 * which every settlement writes in the transaction of its effect, so it is right after a crash too.
 *
 * @param declined providers that must not be called again: the payment's key would only bring back their decline
 */
public record ProviderTries(Map<String, Integer> calls, Set<String> declined) {

    public static final ProviderTries NONE = new ProviderTries(Map.of(), Set.of());
    /** The column for {@link #read}, of a row named {@code w} with the payment's id. */
    public static final String COLUMN = """
            (SELECT array_agg(c.provider || ' ' || c.outcome) FROM provider_call c
             WHERE c.payment_id = w.payment_id AND c.operation IN ('charge', 'authorize'))""";

    public static ProviderTries read(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? NONE : of(List.of((String[]) array.getArray()));
    }

    /** @param calls each as provider, blank, outcome */
    public static ProviderTries of(List<String> calls) {
        ProviderTries tries = NONE;
        for (String call : calls) {
            String[] words = call.split(" ");
            tries = tries.plus(words[0], words[1].startsWith("declined"));
        }
        return tries;
    }

    public ProviderTries plus(String provider, ProviderOutcome outcome) {
        return plus(provider, outcome instanceof ProviderOutcome.Declined);
    }

    private ProviderTries plus(String provider, boolean decline) {
        Map<String, Integer> more = new HashMap<>(calls);
        more.merge(provider, 1, Integer::sum);
        Set<String> out = new HashSet<>(declined);
        if (decline) {
            out.add(provider);
        }
        return new ProviderTries(more, out);
    }

    public int of(String provider) {
        return calls.getOrDefault(provider, 0);
    }
}
