package io.payroute.payment.model;

/** What is known of a charge after a provider was called, for a charge or for a status query. */
public sealed interface ChargeOutcome {

    /** The word that is recorded for the call. */
    String word();

    /** The provider's reference, the reason, or what is known of the failure. */
    String detail();

    /** The money moved. @param detail the provider's id of the charge */
    record Completed(String detail) implements ChargeOutcome {
        @Override
        public String word() {
            return "completed";
        }
    }

    /** The provider refused. @param detail a word such as {@code insufficient_funds} */
    record Declined(String detail) implements ChargeOutcome {
        @Override
        public String word() {
            return "declined";
        }
    }

    /** No charge was made, provably: the request was not sent, or the provider knows no such charge. It may be tried again. */
    record NotCharged(String detail) implements ChargeOutcome {
        @Override
        public String word() {
            return "not_charged";
        }
    }

    /** The request may have arrived; nobody here knows. */
    record Unanswered(String detail) implements ChargeOutcome {
        @Override
        public String word() {
            return "unanswered";
        }
    }
}
