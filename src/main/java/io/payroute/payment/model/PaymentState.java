package io.payroute.payment.model;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What follows from a fact in a state: the only code that decides it, for answers, events, refunds, operations and
 * reconciliation alike. Whoever has a fact calls this and carries out the effect. Where one statement changes many payments, a test
 * holds it to this table, pair by pair; the ways that the database allows are the ways of this table.
 */
public final class PaymentState {

    /** What is to be done. */
    public enum Effect {
        /** The payment becomes another, or is refunded once more; this is announced, unless it is only begun. */
        TRANSITION,
        /** The state stays, and what belongs to the payment changes: money, an operation or a dispute. */
        BOOK,
        /** The call may be sent, or sent once more. */
        DUE,
        /** Another provider goes on. */
        FAILOVER,
        /** The provider is requested later what became of it. */
        QUERY,
        /** A caller's request is taken, and the provider called. */
        TAKE,
        /** A caller's request is refused. */
        REFUSE,
        /** It comes before the state that it follows on: try again later. */
        WAIT,
        /** It contradicts what is known: an operator must decide. */
        CONFLICT,
        /** It is recorded, and that is all. */
        NONE
    }

    /** @param next the state afterwards; the same where it stays */
    public record Decision(Effect effect, PaymentStatus next) {
    }

    /** The columns are the states in their order; a cell is a state, an effect, or a dash for none. */
    private static final String TABLE = """
            SUBMITTED              due        -          -          -          -          -          -          -          -          -
            CLAIMED                processing -          -          -          -          -          -          -          -          -
            PASSED_ON              failover   failover   -          -          -          -          -          -          -          -
            CHARGED                wait       completed  conflict   completed  completed  -          -          -          conflict   conflict
            AUTHORIZED             wait       authorized conflict   authorized -          -          -          -          conflict   conflict
            AUTHORIZED_ON_THE_WAY  wait       -          conflict   -          -          -          -          -          conflict   conflict
            AUTHORIZED_OTHERWISE   wait       conflict   conflict   conflict   -          -          -          -          conflict   conflict
            AUTHORIZED_BEFORE      wait       -          conflict   -          -          -          -          -          conflict   -
            NOT_CHARGED            wait       failed     -          failed     -          -          -          -          -          -
            REFUSED_MEANWHILE      wait       wait       -          wait       -          -          -          -          -          -
            CANCELLED              wait       failed     -          failed     cancelled  -          -          -          -          -
            UNDONE                 wait       failed     -          failed     cancelled  refunded   refunded   -          -          -
            NOT_SENT               -          due        -          due        -          -          -          -          -          -
            UNDECIDED              -          query      -          query      -          -          -          -          -          -
            UNANSWERED             -          unknown    -          query      -          -          -          -          -          -
            HELD                   -          review     -          review     -          -          -          -          -          -
            DECLINED_HERE          -          failed     -          failed     -          -          -          -          -          -

            CAPTURED_IN_PART       wait       wait       conflict   wait       completed  conflict   conflict   conflict   conflict   conflict
            CHARGED_IN_PART        wait       conflict   conflict   conflict   completed  conflict   conflict   conflict   conflict   conflict
            CHARGED_WRONGLY        wait       conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict
            CAPTURED_FURTHER       wait       wait       conflict   wait       wait       book       book       conflict   conflict   conflict
            CAPTURED_UNEXPLAINED   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict
            TAKEN_BACK             wait       wait       -          wait       wait       failed     conflict   conflict   -          -
            TAKEN_BACK_IN_PART     wait       wait       -          wait       wait       book       book       conflict   -          -
            TAKEN_BACK_TO_REFUNDED wait       wait       -          wait       wait       conflict   refunded   conflict   -          -
            TAKEN_BACK_EARLY       wait       wait       -          wait       wait       wait       wait       wait       -          -
            TAKEN_BACK_WRONGLY     wait       wait       conflict   wait       wait       conflict   conflict   conflict   -          -

            REFUNDED               wait       wait       conflict   wait       wait       refunded   refunded   conflict   conflict   conflict
            REFUNDED_IN_PART       wait       wait       conflict   wait       wait       partially_refunded partially_refunded conflict   conflict   conflict
            REFUNDED_MEANWHILE     wait       wait       conflict   wait       wait       wait       wait       wait       conflict   conflict
            REFUNDED_WRONGLY       wait       wait       conflict   wait       wait       conflict   conflict   conflict   conflict   conflict
            REFUND_UNDONE          conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict

            DISPUTED               wait       wait       conflict   wait       wait       book       book       book       conflict   conflict
            DISPUTED_WRONGLY       wait       wait       conflict   wait       wait       conflict   conflict   conflict   conflict   conflict

            CAPTURE_REQUESTED      refuse     refuse     refuse     refuse     take       refuse     refuse     refuse     refuse     refuse
            CANCEL_REQUESTED       cancelled  refuse     cancelled  refuse     take       refuse     refuse     refuse     refuse     refuse
            REFUND_REQUESTED       refuse     refuse     refuse     refuse     refuse     take       take       refuse     refuse     refuse
            REQUESTED_MEANWHILE    refuse     refuse     refuse     refuse     refuse     refuse     refuse     refuse     refuse     refuse
            REQUESTED_TOO_MUCH     refuse     refuse     refuse     refuse     refuse     refuse     refuse     refuse     refuse     refuse
            APPROVED               refuse     refuse     processing refuse     refuse     refuse     refuse     refuse     refuse     refuse
            REJECTED               refuse     refuse     failed     refuse     refuse     refuse     refuse     refuse     refuse     refuse

            CAPTURE_MADE           conflict   conflict   conflict   conflict   completed  conflict   conflict   conflict   conflict   conflict
            CANCEL_MADE            conflict   conflict   conflict   conflict   cancelled  conflict   conflict   conflict   conflict   conflict
            OPERATION_NOT_SENT     due        due        due        due        due        due        due        due        due        due
            OPERATION_UNANSWERED   query      query      query      query      query      query      query      query      query      query
            OPERATION_VOID         book       book       book       book       book       book       book       book       book       book
            MADE_AFTER_ALL         conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict

            LISTED_COMPLETED       conflict   conflict   conflict   conflict   conflict   -          -          -          conflict   conflict
            LISTED_AUTHORIZED      conflict   conflict   conflict   conflict   -          conflict   conflict   conflict   conflict   conflict
            LISTED_PENDING         -          -          conflict   -          conflict   conflict   conflict   conflict   conflict   conflict
            LISTED_NOT_CHARGED     -          conflict   -          conflict   conflict   conflict   conflict   conflict   -          -
            NOT_LISTED             -          -          -          conflict   conflict   conflict   conflict   conflict   -          -

            KNOWN                  -          -          -          -          -          -          -          -          -          -
            OTHER_CURRENCY         conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict
            AT_FORMER_PROVIDER     conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict   conflict
            """;

    private static final Map<PaymentFact, List<Decision>> DECISIONS = read(TABLE);

    private PaymentState() {
    }

    public static Decision decide(PaymentStatus status, PaymentFact fact) {
        return DECISIONS.get(fact).get(status.ordinal());
    }

    /** The states in which a fact has this effect, for a statement about many payments. */
    public static List<PaymentStatus> where(PaymentFact fact, Effect effect) {
        return Stream.of(PaymentStatus.values()).filter(status -> decide(status, fact).effect() == effect).toList();
    }

    /** The states that this one leads to. */
    static Set<PaymentStatus> next(PaymentStatus status) {
        Set<PaymentStatus> next = EnumSet.noneOf(PaymentStatus.class);
        DECISIONS.values().forEach(row -> next.add(row.get(status.ordinal()).next()));
        next.remove(status);
        return next;
    }

    private static Map<PaymentFact, List<Decision>> read(String table) {
        Map<PaymentFact, List<Decision>> rows = new EnumMap<>(PaymentFact.class);
        table.lines().filter(line -> !line.isBlank()).map(line -> line.split(" +")).forEach(cells -> {
            Decision[] row = new Decision[PaymentStatus.values().length];
            Arrays.setAll(row, i -> decision(PaymentStatus.values()[i], cells[i + 1]));
            if (rows.put(PaymentFact.valueOf(cells[0]), List.of(row)) != null || cells.length != row.length + 1) {
                throw new IllegalStateException(cells[0]);
            }
        });
        if (rows.size() != PaymentFact.values().length) {
            throw new IllegalStateException("a fact without a row");
        }
        return rows;
    }

    private static Decision decision(PaymentStatus status, String cell) {
        for (PaymentStatus next : PaymentStatus.values()) {
            if (next.word().equals(cell)) {
                return new Decision(Effect.TRANSITION, next);
            }
        }
        return new Decision(cell.equals("-") ? Effect.NONE : Effect.valueOf(cell.toUpperCase(Locale.ROOT)), status);
    }
}
