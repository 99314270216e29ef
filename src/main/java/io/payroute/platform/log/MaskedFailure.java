package io.payroute.platform.log;

/** A failure as it is written down: with its types, its stack, and its texts masked. */
final class MaskedFailure extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_DEPTH = 16;

    private MaskedFailure(Throwable failure, int depth) {
        super(masked(failure),
                failure.getCause() == null || depth == 0 ? null : new MaskedFailure(failure.getCause(), depth - 1),
                depth > 0, true);
        setStackTrace(failure.getStackTrace());
        if (depth > 0) {
            for (Throwable suppressed : failure.getSuppressed()) {
                addSuppressed(new MaskedFailure(suppressed, 0));
            }
        }
    }

    /** @return the failure itself when there is nothing to be masked; null for none */
    static Throwable of(Throwable failure) {
        return failure == null || isClean(failure, MAX_DEPTH) ? failure : new MaskedFailure(failure, MAX_DEPTH);
    }

    private static boolean isClean(Throwable failure, int depth) {
        if (failure == null || depth == 0) {
            return failure == null;
        }
        String text = failure.toString();
        boolean clean = Masks.masked(text).equals(text) && isClean(failure.getCause(), depth - 1);
        for (Throwable suppressed : failure.getSuppressed()) {
            clean &= isClean(suppressed, depth - 1);
        }
        return clean;
    }

    private static String masked(Throwable failure) {
        return Masks.masked(failure.toString());
    }

    @Override
    public String toString() {
        return getMessage();
    }
}
