package io.payroute.provider;

/** An event that a provider signed and nobody here can read; time does not cure it, a change of the provider's route may. */
public final class UnreadableEvent extends Exception {

    private static final long serialVersionUID = 1L;

    public UnreadableEvent(String detail) {
        super(detail, null, false, false);
    }
}
