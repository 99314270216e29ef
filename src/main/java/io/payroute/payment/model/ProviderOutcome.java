package io.payroute.payment.model;

import io.payroute.money.Money;

/** What is known of an operation after a provider was called, for the operation itself or for a status query. */
public sealed interface ProviderOutcome {

    /** The word that is recorded for the call. */
    String word();

    /** The provider's reference, the reason, or what is known of the failure. */
    String detail();

    /**
     * It is done: the money moved, or for a cancellation never will.
     *
     * @param detail the provider's id of what was done
     * @param moved what the provider says that moved, which may differ from the requested amount; null when it does not say
     */
    record Completed(String detail, Money moved) implements ProviderOutcome {

        /** The provider does not say how much. */
        public Completed(String detail) {
            this(detail, null);
        }

        /** Minor units that moved. */
        public long moved(Money requested) {
            return moved == null || !moved.currency().equals(requested.currency()) ? requested.minor() : moved.minor();
        }

        @Override
        public String word() {
            return "completed";
        }
    }

    /** The money is reserved and waits for its capture. @param detail the provider's id of the payment */
    record Authorized(String detail) implements ProviderOutcome {
        @Override
        public String word() {
            return "authorized";
        }
    }

    /**
     * The provider refused.
     *
     * @param detail a word such as {@code insufficient_funds}
     * @param soft whether another provider, or a later attempt, may well accept it; a hard decline is final
     */
    record Declined(String detail, boolean soft) implements ProviderOutcome {

        /** A hard decline. */
        public Declined(String detail) {
            this(detail, false);
        }

        @Override
        public String word() {
            return soft ? "declined_softly" : "declined";
        }
    }

    /** Nothing was done, provably: the request was not sent, or the provider knows no such operation. It may be tried again. */
    record NotDone(String detail) implements ProviderOutcome {
        @Override
        public String word() {
            return "not_done";
        }
    }

    /** What the customer needs to confirm a payment; either may be null. What is printed says nothing of it. */
    record Action(String url, String clientSecret) {
        @Override
        public String toString() {
            return "action";
        }
    }

    /**
     * The provider has it and has not decided yet: a status query or one of its events will tell.
     *
     * @param detail its reference
     * @param action what it waits for the customer to do; null where it waits for nobody
     */
    record Pending(String detail, Action action) implements ProviderOutcome {

        /** It waits for nobody. */
        public Pending(String detail) {
            this(detail, null);
        }

        @Override
        public String word() {
            return "pending";
        }
    }

    /** The request may have arrived; nobody here knows. */
    record Unanswered(String detail) implements ProviderOutcome {
        @Override
        public String word() {
            return "unanswered";
        }
    }
}
