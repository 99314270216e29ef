package io.payroute.payment.model;

/**
 * All that can become known of a payment and may change it, whoever tells it: an answer to a call of ours, an event of the
 * provider, a difference that reconciliation found, or a caller. What follows from each is said by {@link PaymentState} alone;
 * which of them it is that an answer or an event tells, by {@link PaymentFacts}.
 */
public enum PaymentFact {

    SUBMITTED("its message arrived"),
    /** By a worker that is about to call the provider. */
    CLAIMED("its charge is begun"),
    /** Only when no call of the payment is, or was, without an answer. */
    PASSED_ON("the provider cannot, and another one may be charged"), CHARGED("all of the money moved"), AUTHORIZED(
            "the money is reserved"), AUTHORIZED_ON_THE_WAY(
                    "the money of a charge is reserved, as a step to it"), AUTHORIZED_OTHERWISE(
                            "another amount is reserved than was requested"), AUTHORIZED_BEFORE(
                                    "the money is reserved, which was known once"),
    /** After the last attempt, "nothing is known of it" is as good as a refusal. */
    NOT_CHARGED("it is refused, and nobody else goes on"),
    /** Its answer decides: it may have charged, or lead to another provider. */
    REFUSED_MEANWHILE("it is refused, and a call of ours is on its way"), CANCELLED("it is cancelled"),
    /** Where it was only authorised it is cancelled, where it was captured refunded. */
    UNDONE("all of it is undone"), NOT_SENT("the charge provably did not arrive"), UNDECIDED(
            "the provider has the charge and decides later"), UNANSWERED(
                    "the charge was not answered, or its last attempt did not get through"),

    /** By the team's hook before the charge; nothing was sent, or it provably did not arrive. */
    HELD("the team's hook holds it, before the charge"), DECLINED_HERE("the team's hook declines it, before the charge"),

    CAPTURED_IN_PART("a part of what was to be authorised moved"), CHARGED_IN_PART(
            "a part of what was to be charged at once moved"), CHARGED_WRONGLY(
                    "nothing moved, or more than was requested"), CAPTURED_FURTHER("further money of the authorisation moved"),
    /** It may be charged twice. */
    CAPTURED_UNEXPLAINED("money moved that belongs to nothing known"), TAKEN_BACK(
            "a capture did not come; nothing is left"), TAKEN_BACK_IN_PART(
                    "a capture did not come; others are left"), TAKEN_BACK_TO_REFUNDED(
                            "a capture did not come; what is left was refunded"),
    /** Or a refund is under way, and may still be refused. */
    TAKEN_BACK_EARLY("a capture did not come that is still to be told"), TAKEN_BACK_WRONGLY(
            "a capture did not come that fits nothing, or was refunded"),

    REFUNDED("all that was captured is refunded now"), REFUNDED_IN_PART("a part of it is refunded now"), REFUNDED_MEANWHILE(
            "a refund was made that may be ours under way"), REFUNDED_WRONGLY(
                    "a refund was made of nothing, or of more than is left"),
    /** The money came back after it had been refunded: no state says so. */
    REFUND_UNDONE("a refund that was made failed"),

    DISPUTED("a dispute changed, or its money"), DISPUTED_WRONGLY("a dispute without an amount, or of another payment"),

    CAPTURE_REQUESTED("a caller requests its capture"), CANCEL_REQUESTED(
            "a caller requests its cancellation"), REFUND_REQUESTED(
                    "a caller requests a refund"), REQUESTED_MEANWHILE(
                            "a caller calls while a call that excludes it is under way"), REQUESTED_TOO_MUCH(
                                    "a caller requests more than is left"), APPROVED(
                                            "a person approves it"), REJECTED("a person rejects it"),

    CAPTURE_MADE("our capture was made"), CANCEL_MADE("our cancellation was made"), OPERATION_NOT_SENT(
            "our capture, cancellation or refund did not arrive"), OPERATION_UNANSWERED(
                    "our capture, cancellation or refund has no answer yet"), OPERATION_VOID(
                            "our capture, cancellation or refund was refused, or counted already"), MADE_AFTER_ALL(
                                    "a capture, cancellation or refund was made that had failed here"),

    /** Reconciliation compares what is settled; what contradicts is a difference. */
    LISTED_COMPLETED("the provider's list has it as captured"), LISTED_AUTHORIZED(
            "the provider's list has it as authorised"), LISTED_PENDING(
                    "the provider's list has it as undecided"), LISTED_NOT_CHARGED(
                            "the provider's list has it as failed or cancelled"), NOT_LISTED(
                                    "the provider's list has it not"),

    KNOWN("what is known already, or says nothing of the payment"), OTHER_CURRENCY(
            "money of another currency"), AT_FORMER_PROVIDER(
                    "money moved, or is contested, at a provider that had handed the payment over");

    private final String text;

    PaymentFact(String text) {
        this.text = text;
    }

    /** For people. */
    public String text() {
        return text;
    }
}
