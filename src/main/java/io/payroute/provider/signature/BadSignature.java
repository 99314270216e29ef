package io.payroute.provider.signature;

/**
 * The request does not prove that the provider sent it. Word and detail are safe to log and to answer; there is no stack trace,
 * because refusing must stay cheap under attack.
 */
public final class BadSignature extends Exception {

    private static final long serialVersionUID = 1L;

    private final String word;

    private BadSignature(String word, String detail) {
        super(detail, null, false, false);
        this.word = word;
    }

    static BadSignature missing(String header) {
        return new BadSignature("missing", "The header " + header + " is missing.");
    }

    static BadSignature malformed(String detail) {
        return new BadSignature("malformed", detail);
    }

    static BadSignature stale() {
        return new BadSignature("stale", "The signature's time is too far from now.");
    }

    static BadSignature mismatch() {
        return new BadSignature("mismatch", "The signature does not match.");
    }

    static BadSignature certificate(String detail) {
        return new BadSignature("certificate", detail);
    }

    /** What is wrong, for metrics: missing, malformed, stale, mismatch or certificate. */
    public String word() {
        return word;
    }
}
